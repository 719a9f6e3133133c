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
    private boolean gapSeen;
    private boolean away;

    Heard(int channel) {
        this.channel = channel;
    }

    /** Something was missed: what comes next follows what was caught up on, as if it had been. */
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

    /**
     * Up to where everything was heard, if that is news; else 0. A gap that stood the last time too counts as caught up
     * on.
     */
    long toAcknowledge() {
        if (gapSeen && !beyondGap.isEmpty()) {
            head = beyondGap.last();
            beyondGap.clear();
        }
        gapSeen = !beyondGap.isEmpty();
        if (acknowledged == head) {
            return 0;
        }
        acknowledged = head;
        return head;
    }
}
