package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Marks;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeliveryLedger.Moved;
import io.touchline.core.port.Draft;
import io.touchline.core.port.UnavailableException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AcknowledgingTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final ChannelId CHANNEL = new ChannelId("c1");

    private final InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());
    private final List<UserId> seen = new ArrayList<>();
    private final List<Marks> moved = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private boolean away;

    private final DeliveryLedger ledger = (DeliveryLedger) Proxy.newProxyInstance(
            DeliveryLedger.class.getClassLoader(), new Class<?>[] {DeliveryLedger.class}, (self, called, given) -> {
                if (away) {
                    throw new UnavailableException("away", null);
                }
                calls.incrementAndGet();
                return called.invoke(storage.ledger(), given);
            });

    private final Acknowledging receipts =
            new Acknowledging(ledger, seen::add, this::moved, new ChatObserver() {}, Runnable::run);

    private void moved(Collection<Moved> all) {
        all.forEach(one -> moved.add(one.marks()));
    }

    @BeforeEach
    void aChannelOfTwo() {
        storage.messages()
                .append(
                        List.of(new Draft.Create(CHANNEL, ALICE, Instant.EPOCH, null, List.of(ALICE, BOB))),
                        Duration.ZERO);
    }

    @Test
    void whatTheStoreDidNotTakeIsNotForgotten() {
        away = true;
        receipts.take(List.of(new Receipt(BOB, CHANNEL, 1, 1)));
        receipts.flush();
        assertThat(moved).isEmpty();

        away = false;
        receipts.flush();

        assertThat(moved).containsExactly(new Marks(CHANNEL, BOB, 1, 1));
        receipts.flush();
        assertThat(moved).hasSize(1);
    }

    @Test
    void whatNodesBringIsGatheredIntoOneCall() {
        receipts.take(List.of(new Receipt(BOB, CHANNEL, 1, 0)));
        receipts.take(List.of(new Receipt(BOB, CHANNEL, 1, 1), new Receipt(ALICE, CHANNEL, 1, 0)));
        assertThat(calls).hasValue(0);

        receipts.flush();

        assertThat(calls).hasValue(1);
        assertThat(moved).containsExactlyInAnyOrder(new Marks(CHANNEL, BOB, 1, 1), new Marks(CHANNEL, ALICE, 1, 0));
    }

    @Test
    void whoeverSendsAReceiptIsSeenWhetherOrNotItMovesAMark() {
        receipts.acknowledge(List.of(new Receipt(BOB, CHANNEL, 1, 0)));
        receipts.take(List.of(new Receipt(BOB, CHANNEL, 1, 0)));
        receipts.flush();

        assertThat(seen).containsExactly(BOB, BOB);
        assertThat(moved).hasSize(1);
    }

    @Test
    void whatComesByRestIsDurableAtOnce() {
        receipts.acknowledge(List.of(new Receipt(BOB, CHANNEL, 1, 0)));

        assertThat(moved).containsExactly(new Marks(CHANNEL, BOB, 1, 0));
    }
}
