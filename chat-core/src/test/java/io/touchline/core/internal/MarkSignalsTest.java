package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Marks;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger.Moved;
import io.touchline.core.port.Draft;
import io.touchline.core.port.EventEncoder;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MarkSignalsTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final ChannelId CHANNEL = new ChannelId("c1");

    private final InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());
    private final InMemoryPresenceRegistry presence = new InMemoryPresenceRegistry(Clock.systemUTC());
    private final NodeRef node = NodeRef.at("http://node:1");
    private final List<String> told = new ArrayList<>();
    private final Debts debts = new Debts(Duration.ofMinutes(1));
    private boolean unreachable;

    private final EventEncoder encoder = new EventEncoder() {
        @Override
        public Frame encode(Event event) {
            return frame("event " + event.sequence());
        }

        @Override
        public Frame encode(ChannelId channel, List<Marks> marks) {
            return frame(marks.toString());
        }
    };

    private static Frame frame(String text) {
        return new Frame(text.getBytes(StandardCharsets.UTF_8));
    }

    private final FanOut fanOut = fanOut(encoder);

    private FanOut fanOut(EventEncoder encoding) {
        ForwardingRouter router = (to, deliveries) -> {
            if (unreachable) {
                return new Unreachable("cut off");
            }
            deliveries.forEach(delivery -> told.add(
                    delivery.receivers() + " " + new String(delivery.frame().bytes(), StandardCharsets.UTF_8)));
            return new Forwarded(Set.of(), List.of());
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
        Acknowledging receipts = new Acknowledging(
                ports.ledger(),
                user -> {},
                moved -> debts.moved(moved.stream().map(Moved::marks).toList()),
                observer,
                Runnable::run);
        return new FanOut(ports, debts, observer, receipts, (channel, user) -> Duration.ZERO, Runnable::run);
    }

    @BeforeEach
    void makeAChannel() {
        storage.messages()
                .append(
                        List.of(new Draft.Create(CHANNEL, ALICE, Instant.EPOCH, null, List.of(ALICE, BOB))),
                        Duration.ZERO);
        presence.heartbeat(node, Duration.ofMinutes(1));
        presence.register(node, List.of(ALICE));
    }

    @Test
    void tellsTheFurthestMarksOnceToWhoIsConnected() {
        MarkSignals signals = new MarkSignals(encoder, 100);
        signals.moved(List.of(new Marks(CHANNEL, BOB, 1, 0)));
        signals.moved(List.of(new Marks(CHANNEL, BOB, 1, 1), new Marks(CHANNEL, BOB, 1, 0)));

        signals.tell(fanOut);
        signals.tell(fanOut);

        assertThat(told).containsExactly("[alice] " + List.of(new Marks(CHANNEL, BOB, 1, 1)));
    }

    @Test
    void tellsNobodyInALargeChannel() {
        MarkSignals signals = new MarkSignals(encoder, 1);
        signals.moved(List.of(new Marks(CHANNEL, BOB, 1, 0)));

        signals.tell(fanOut);

        assertThat(told).isEmpty();
    }

    @Test
    void tellsNobodyWhereMarksAreNotShown() {
        EventEncoder plain = event -> frame("event " + event.sequence());
        MarkSignals signals = new MarkSignals(plain, 100);
        signals.moved(List.of(new Marks(CHANNEL, BOB, 1, 0)));

        signals.tell(fanOut(plain));

        assertThat(told).isEmpty();
    }

    @Test
    void doesNotTellAgainWhatDidNotArrive() {
        MarkSignals signals = new MarkSignals(encoder, 100);
        signals.moved(List.of(new Marks(CHANNEL, BOB, 1, 0)));
        unreachable = true;
        signals.tell(fanOut);
        unreachable = false;

        fanOut.nodes().askForReceipts(Duration.ZERO);
        signals.tell(fanOut);

        assertThat(told).isEmpty();
        assertThat(debts.due(10)).isEmpty();
    }
}
