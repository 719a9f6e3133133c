package io.touchline.bootstrap.history;

import java.time.Duration;
import java.util.Random;

/** Lets a receiver be connected now and then. */
final class Visitor implements Runnable {
    private static final int SHORTEST_MILLIS = 1_000;
    private static final int LONGEST_MILLIS = 5_000;

    private final Receiver receiver;
    private final boolean staysAtTheEnd;
    private final Stop stop;
    private final Random random = new Random();

    Visitor(Receiver receiver, boolean staysAtTheEnd, Stop stop) {
        this.receiver = receiver;
        this.staysAtTheEnd = staysAtTheEnd;
        this.stop = stop;
    }

    @Override
    public void run() {
        for (boolean connected = true; !stop.isGiven(); connected = !connected) {
            receiver.want(connected);
            stop.pause(Duration.ofMillis(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS)));
        }
        receiver.want(staysAtTheEnd);
    }
}
