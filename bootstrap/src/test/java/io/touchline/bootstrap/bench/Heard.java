package io.touchline.bootstrap.bench;

import java.util.TreeSet;

/** What one user has heard of one channel. */
final class Heard {
    /** How an event came. */
    enum Arrival {
        IN_ORDER,
        AFTER_LATER,
        AGAIN
    }

    final int channel;
    private final TreeSet<Long> beyondGap = new TreeSet<>();
    private long head = 1; // that the channel was made
    private long acknowledged;
    private boolean away;

    Heard(int channel) {
        this.channel = channel;
    }

    /** The user's connection has ended: the next one begins where the channel is by then, as after catching up. */
    void leave() {
        away = true;
        beyondGap.clear();
    }

    Arrival take(long sequence) {
        if (away) {
            away = false;
            head = sequence - 1;
        }
        if (sequence == head + 1 && beyondGap.isEmpty()) {
            head = sequence;
            return Arrival.IN_ORDER;
        }
        if (sequence <= head || !beyondGap.add(sequence)) {
            return Arrival.AGAIN;
        }
        boolean last = beyondGap.last() == sequence;
        while (!beyondGap.isEmpty() && beyondGap.first() == head + 1) {
            head = beyondGap.pollFirst();
        }
        return last ? Arrival.IN_ORDER : Arrival.AFTER_LATER;
    }

    /** Up to where everything was heard, if that is news; else 0. */
    long toAcknowledge() {
        if (acknowledged == head) {
            return 0;
        }
        acknowledged = head;
        return head;
    }
}
