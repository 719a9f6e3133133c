package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Api.Outcome;
import java.time.Duration;
import java.util.Random;

/** Takes part in a channel for a while, again and again: is added by who is in, and removes himself. */
final class Wanderer implements Runnable {
    private static final int SHORTEST_MILLIS = 500;
    private static final int LONGEST_MILLIS = 3_000;

    private final String user;
    private final String channel;
    private final Api own;
    private final Api host;
    private final Recorder recorder;
    private final Stop stop;
    private final Random random = new Random();

    Wanderer(String user, String channel, Api own, Api host, Recorder recorder, Stop stop) {
        this.user = user;
        this.channel = channel;
        this.own = own;
        this.host = host;
        this.recorder = recorder;
        this.stop = stop;
    }

    @Override
    public void run() {
        for (boolean join = true; !stop.isGiven(); join = !join) {
            change(join);
            stop.pause(Duration.ofMillis(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS)));
        }
    }

    private void change(boolean join) {
        long begun = recorder.now();
        String path = "/channels/" + channel + "/participants/" + user;
        Outcome outcome = join
                ? host.insist("PUT", path, null, stop::isLongAgo)
                : own.insist("DELETE", path, null, stop::isLongAgo);
        recorder.add(new Entry.MembershipChange(
                begun, recorder.now(), channel, user, join, outcome.attempts(), outcome.is(204)));
    }
}
