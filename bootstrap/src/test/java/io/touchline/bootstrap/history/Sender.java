package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Api.Outcome;
import java.time.Duration;
import java.util.Random;

/**
 * Sends one message after the other to a channel, each until it is answered, and with the same client message id however
 * often that takes. One at a time, so that it is known which was answered before which was begun.
 */
final class Sender implements Runnable {
    private static final String[] WORDS = {
        "tea", "Grüße", "kl. Test", "\"quoted\" \\", "👋🏽", "один", "e\u0301", "tab\there"
    };

    private final String user;
    private final String name;
    private final String channel;
    private final Api api;
    private final Recorder recorder;
    private final Stop stop;
    private final Duration pace;
    private final Random random = new Random();

    /** @param name one for each sender, which begins its client message ids */
    Sender(String user, String name, String channel, Duration pace, Api api, Recorder recorder, Stop stop) {
        this.user = user;
        this.name = name;
        this.channel = channel;
        this.pace = pace;
        this.api = api;
        this.recorder = recorder;
        this.stop = stop;
    }

    @Override
    public void run() {
        for (int number = 1; !stop.isGiven(); number++) {
            send(name + "." + number, WORDS[random.nextInt(WORDS.length)] + " " + number + " of " + name);
            stop.pause(pace.multipliedBy(random.nextInt(200)).dividedBy(100));
        }
    }

    private void send(String clientMessageId, String content) {
        long begun = recorder.now();
        Outcome outcome = api.insist(
                "POST", "/channels/" + channel + "/messages", Api.message(content, clientMessageId), stop::isLongAgo);
        Event event = outcome.is(200, 201) ? Event.of(outcome.answer().json()) : null;
        recorder.add(new Entry.Sent(
                begun, recorder.now(), channel, user, clientMessageId, content, outcome.attempts(), event));
    }
}
