package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.Draft;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.Frame;
import io.touchline.core.testkit.ForwardingRouter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TypingSignalsTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final ChannelId CHANNEL = new ChannelId("c1");

    private final InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());
    private final InMemoryPresenceRegistry presence = new InMemoryPresenceRegistry(Clock.systemUTC());
    private final NodeRef node = NodeRef.at("http://node:1");
    private final List<String> told = new ArrayList<>();
    private final Debts debts = new Debts(Duration.ofMinutes(1));
    private final AtomicLong nanoTime = new AtomicLong();
    private boolean unreachable;

    private final EventEncoder encoder = new EventEncoder() {
        @Override
        public Frame encode(Event event) {
            return frame("event " + event.sequence());
        }

        @Override
        public Frame encodeTyping(ChannelId channel, UserId user) {
            return frame(user + " types in " + channel);
        }
    };

    private final FanOut fanOut = fanOut(encoder);
    private final TypingSignals typing = signals(encoder, 100);

    private static Frame frame(String text) {
        return new Frame(text.getBytes(StandardCharsets.UTF_8));
    }

    private TypingSignals signals(EventEncoder encoding, int maxParticipants) {
        return new TypingSignals(encoding, maxParticipants, nanoTime::get);
    }

    private FanOut fanOut(EventEncoder encoding) {
        ForwardingRouter router = (to, deliveries) -> {
            deliveries.forEach(delivery -> told.add(
                    delivery.receivers() + " " + new String(delivery.frame().bytes(), StandardCharsets.UTF_8)));
            ForwardResult taken = new Forwarded(Set.of(), List.of());
            return unreachable ? new Unreachable("cut off") : taken;
        };
        ChatObserver observer = new ChatObserver() {};
        Delivering.Ports ports = new Delivering.Ports(
                storage.messages(),
                storage.channels(),
                storage.ledger(),
                storage.devices(),
                presence,
                router,
                announcements -> List.of(),
                encoding);
        Acknowledging receipts = new Acknowledging(ports.ledger(), user -> {}, moved -> {}, observer, Runnable::run);
        return new FanOut(ports, debts, observer, receipts, (channel, user) -> Duration.ZERO, Runnable::run);
    }

    @BeforeEach
    void makeAChannel() {
        storage.messages()
                .append(
                        List.of(new Draft.Create(CHANNEL, ALICE, Instant.EPOCH, null, List.of(ALICE, BOB))),
                        Duration.ZERO);
        presence.heartbeat(node, Duration.ofMinutes(1));
        presence.register(node, List.of(ALICE, BOB));
    }

    @Test
    void tellsTheOthersAndNotWhoTypes() {
        typing.tell(CHANNEL, ALICE, fanOut);
        typing.tell(CHANNEL, BOB, fanOut);

        assertThat(told).containsExactly("[bob] alice types in c1", "[alice] bob types in c1");
    }

    @Test
    void tellsOnceInThreeSeconds() {
        typing.tell(CHANNEL, ALICE, fanOut);
        nanoTime.addAndGet(Duration.ofSeconds(3).toNanos() - 1);
        typing.tell(CHANNEL, ALICE, fanOut);
        assertThat(told).hasSize(1);

        nanoTime.addAndGet(1);
        typing.tell(CHANNEL, ALICE, fanOut);
        assertThat(told).hasSize(2);
    }

    @Test
    void tellsNobodyInALargeChannelOrWhereItIsNotShown() {
        signals(encoder, 1).tell(CHANNEL, ALICE, fanOut);
        EventEncoder plain = event -> frame("event " + event.sequence());
        signals(plain, 100).tell(CHANNEL, ALICE, fanOut(plain));

        assertThat(told).isEmpty();
    }

    @Test
    void owesNobodyWhatDidNotArrive() {
        unreachable = true;
        typing.tell(CHANNEL, ALICE, fanOut);
        unreachable = false;
        told.clear();

        fanOut.nodes().askForReceipts(Duration.ZERO);

        assertThat(told).isEmpty();
        assertThat(debts.due(10)).isEmpty();
    }
}
