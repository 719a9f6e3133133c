package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.Draft;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.Frame;
import io.touchline.core.port.PushResult;
import io.touchline.core.testkit.ForwardingRouter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeliveringTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final ChannelId CHANNEL = new ChannelId("c1");

    private final InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());
    private final InMemoryPresenceRegistry presence = new InMemoryPresenceRegistry(Clock.systemUTC());
    private final CountDownLatch pushing = new CountDownLatch(1);
    private final CountDownLatch pushed = new CountDownLatch(1);

    private Delivering delivering() {
        return new Delivering(
                new Delivering.Ports(
                        storage.messages(),
                        storage.channels(),
                        storage.ledger(),
                        storage.devices(),
                        presence,
                        ForwardingRouter.of((node, deliveries) -> new Unreachable("there are none")),
                        announcements -> {
                            pushing.countDown();
                            Threads.await(pushed, Duration.ofSeconds(30));
                            return announcements.stream()
                                    .<PushResult>map(announcement -> new PushResult.Accepted())
                                    .toList();
                        },
                        event -> new Frame(new byte[0])),
                storage.users(),
                new Delivering.Policy(Duration.ofSeconds(10), Duration.ZERO, false, 0),
                new ChatObserver() {},
                Clock.systemUTC());
    }

    private void append(Delivering to, Draft draft) {
        to.deliver((Appended)
                storage.messages().append(List.of(draft), Duration.ZERO).get(0));
    }

    @Test
    void whatIsBeingAnnouncedIsNotedBeforeOthersTakeOver() throws InterruptedException {
        presence.heartbeat(NodeRef.at("http://node:1"), Duration.ofMinutes(1));
        storage.devices().register(new Device(BOB, "phone", Platform.ANDROID, "token"));
        Delivering delivering = delivering();
        delivering.start();
        append(delivering, new Draft.Create(CHANNEL, ALICE, Instant.EPOCH, null, List.of(ALICE, BOB)));
        append(delivering, new Draft.Send(CHANNEL, ALICE, Instant.EPOCH, "hello", "m1", false));
        assertThat(pushing.await(30, TimeUnit.SECONDS)).isTrue();

        Thread closing = new Thread(delivering::close);
        closing.start();
        closing.join(500); // it waits for the push by now
        pushed.countDown();
        closing.join(30_000);

        for (Claim claim : storage.node("other", Duration.ofMinutes(1)).ledger().claim(10)) {
            assertThat(storage.ledger().unsettled(claim, null, 10)).isEmpty();
        }
    }
}
