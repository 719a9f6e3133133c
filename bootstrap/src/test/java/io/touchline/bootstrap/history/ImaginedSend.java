package io.touchline.bootstrap.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message of an imagined run on its way into the log. */
final class ImaginedSend {
    private final Imagined run;
    private final ImaginedChannel channel;
    private final String sender;
    private final String clientMessageId;
    private final String content;
    private final long begun;
    private final List<Entry.Attempt> attempts = new ArrayList<>();
    private @Nullable Event event;

    ImaginedSend(Imagined run, ImaginedChannel channel, String sender, String clientMessageId) {
        this.run = run;
        this.channel = channel;
        this.sender = sender;
        this.clientMessageId = clientMessageId;
        this.content = "said by " + clientMessageId;
        this.begun = run.now();
    }

    /** @param then what to do when it has been answered or given up */
    void begin(Runnable then) {
        run.in(1, 40, () -> {
            boolean answered = run.killWithin(2_000) < 0 && run.chance(93);
            boolean given = run.chance(3);
            if (event == null && (answered || run.chance(60))) {
                event = channel.message(sender, clientMessageId, content);
            }
            long tried = run.now();
            run.at(run.unlessCut(run.now() + Imagined.millis(run.between(1, 60))), () -> {
                int status = !answered ? 0 : attempts.isEmpty() ? 201 : 200;
                attempts.add(run.attempt(tried, status));
                if (answered || given) {
                    finish(answered);
                    then.run();
                } else {
                    run.in(50, 500, () -> begin(then));
                }
            });
        });
    }

    private void finish(boolean answered) {
        run.record(new Entry.Sent(
                begun, run.now(), channel.name(), sender, clientMessageId, content, attempts, answered ? event : null));
    }

    /** Answered at once by 404, the sender not being in. */
    void refused() {
        attempts.add(run.attempt(begun, 404));
        finish(false);
    }
}
