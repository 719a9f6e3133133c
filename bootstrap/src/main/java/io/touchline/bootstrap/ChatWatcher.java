package io.touchline.bootstrap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.UnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what happens on an API node into metrics and log lines. */
final class ChatWatcher implements ChatObserver {
    private static final Logger log = LoggerFactory.getLogger("touchline.chat");

    private final MeterRegistry meters;
    private final Counter drafts;
    private final Counter batches;
    private final Counter deliveries;
    private final Counter forwards;
    private final Counter receivers;
    private final AtomicInteger deadTokensDoubted = new AtomicInteger();
    private final Throttled complaints = new Throttled();

    ChatWatcher(MeterRegistry meters) {
        this.meters = meters;
        this.drafts = meters.counter("touchline.store.drafts");
        this.batches = meters.counter("touchline.store.batches");
        this.deliveries = meters.counter("touchline.forward.deliveries");
        this.forwards = meters.counter("touchline.forward.requests");
        this.receivers = meters.counter("touchline.forward.receivers");
        Gauge.builder("touchline.push.dead_tokens_doubted", deadTokensDoubted, AtomicInteger::get)
                .description("1 while so many tokens are said to be dead that no device is forgotten")
                .register(meters);
    }

    @Override
    public void appended(int count) {
        batches.increment();
        drafts.increment(count);
    }

    @Override
    public void forwarded(NodeRef node, int count, int users) {
        forwards.increment();
        deliveries.increment(count);
        receivers.increment(users);
    }

    @Override
    public void nodeUnreachable(NodeRef node, String reason) {
        meters.counter("touchline.forward.failures").increment();
        complaints.run(
                node.address(),
                () -> log.warn("Chat node {} cannot be reached ({}): trying on", node.address(), reason));
    }

    @Override
    public void presenceAway(UnavailableException failure) {
        meters.counter("touchline.presence.failures").increment();
        complaints.run(
                "presence",
                () -> log.warn("Redis does not answer ({}): forwarding to all known nodes", failure.getMessage()));
    }

    @Override
    public void storeAway(UnavailableException failure) {
        meters.counter("touchline.store.failures").increment();
        complaints.run("store", () -> log.warn("The database does not answer ({}): trying on", failure.getMessage()));
    }

    @Override
    public void pushed(PushResult result) {
        meters.counter("touchline.push.results", "result", result.getClass().getSimpleName())
                .increment();
        if (result instanceof PushResult.Misconfigured wrong) {
            complaints.run(
                    "push refused",
                    () -> log.error("FCM refuses our credentials or settings ({}): mend them", wrong.reason()));
        } else if (result instanceof PushResult.RetryLater later) {
            complaints.run(
                    "push later", () -> log.warn("FCM does not take a push now ({}): trying on", later.reason()));
        } else if (result instanceof PushResult.Rejected refused) {
            complaints.run(
                    "push rejected", () -> log.warn("FCM refuses a push to a device for good ({})", refused.reason()));
        }
    }

    @Override
    public void pushesHeld(Duration wait) {
        meters.counter("touchline.push.holds").increment();
        complaints.run(
                "push held",
                () -> log.warn(
                        "FCM takes no push from anybody: all wait {} s, then one at a time is tried",
                        wait.toSeconds()));
    }

    @Override
    public void deadTokensDoubted() {
        deadTokensDoubted.set(1);
        log.error("FCM calls most tokens dead, which is hardly true: no device is forgotten until most are good again."
                + " Check that touchline.fcm.credentials are those of the apps' own project, and Google's status page");
    }

    @Override
    public void deadTokensBelieved() {
        deadTokensDoubted.set(0);
        log.warn("Nearly all tokens are good again: devices whose tokens are dead are forgotten as before");
    }

    @Override
    public void rejected(ChannelId channel, UserId user, long sequence, String reason) {
        meters.counter("touchline.delivery.rejected").increment();
        log.warn("Push of {} {} to {} was refused for good: {}", channel, sequence, user, reason);
    }

    @Override
    public void defect(RuntimeException failure) {
        meters.counter("touchline.defects").increment();
        log.error("A defect in delivering; what it concerned stays owed", failure);
    }
}
