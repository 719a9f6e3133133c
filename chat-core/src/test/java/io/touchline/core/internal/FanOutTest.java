package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.Frame;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Registration;
import io.touchline.core.port.Whereabouts.Where;
import io.touchline.core.testkit.ForwardingRouter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Fan-out in one thread, by a registry that remembers what the test says. */
class FanOutTest {
    private static final ChannelId CHANNEL = new ChannelId("c1");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");
    private static final NodeRef OLD = NodeRef.at("http://old:8091");
    private static final NodeRef NEW = NodeRef.at("http://new:8091");

    private final List<String> happened = new ArrayList<>();
    private final Map<UserId, Where> recalled = new HashMap<>();
    private final Map<UserId, Whereabouts> found = new HashMap<>();
    private final Set<NodeRef> gone = new HashSet<>();
    private final Debts debts = new Debts(Duration.ofHours(1));
    private Duration gathering = Duration.ZERO;
    private boolean away;

    private final InMemoryPresenceRegistry presence = new InMemoryPresenceRegistry(Clock.systemUTC()) {
        @Override
        public Map<UserId, Where> recall(Collection<UserId> users) {
            Map<UserId, Where> some = new HashMap<>(recalled);
            some.keySet().retainAll(users);
            return some;
        }

        @Override
        public Map<UserId, Whereabouts> locate(Collection<UserId> users) {
            happened.add("look");
            if (away) {
                throw new UnavailableException("Redis is away", null);
            }
            return found;
        }

        @Override
        public void disprove(Map<UserId, List<Registration>> absent) {
            recalled.keySet().removeAll(absent.keySet());
        }
    };

    private final FanOut fanOut = fanOut();

    private FanOut fanOut() {
        InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());
        Delivering.Ports ports = new Delivering.Ports(
                storage.messages(),
                storage.channels(),
                storage.ledger(),
                storage.devices(),
                presence,
                ForwardingRouter.of(this::forward),
                pushes -> List.of(),
                event -> new Frame(new byte[0]));
        Acknowledging receipts =
                new Acknowledging(ports.ledger(), user -> {}, moved -> {}, new ChatObserver() {}, Runnable::run);
        return new FanOut(ports, debts, new ChatObserver() {}, receipts, (channel, user) -> gathering, Runnable::run);
    }

    private ForwardResult forward(NodeRef node, List<Delivery> deliveries) {
        for (Delivery delivery : deliveries) {
            delivery.receivers().forEach(user -> happened.add(user + " at " + (node.equals(OLD) ? "old" : "new")));
        }
        return new Forwarded(gone.contains(node) ? Set.of(BOB, CAROL) : Set.of(), List.of());
    }

    private void forward() {
        fanOut.forward(new Parcel(CHANNEL, 1, new Frame(new byte[0]), List.of(BOB, CAROL), false));
    }

    private static Where at(NodeRef... nodes) {
        return new Where(List.of(nodes).stream()
                .map(node -> new Registration(node, "v1"))
                .toList());
    }

    @Test
    void bringsItToWhereUsersWereAndLooksMeanwhileOnlyForOthers() {
        recalled.put(BOB, at(OLD));
        found.put(BOB, at(OLD));
        found.put(CAROL, at(NEW));

        forward();

        assertThat(happened).containsExactly("bob at old", "look", "carol at new");
    }

    @Test
    void whoIsAlsoSomewhereElseGetsItThereToo() {
        recalled.put(BOB, at(OLD));
        found.put(BOB, at(OLD, NEW));
        found.put(CAROL, at(OLD));

        forward();

        assertThat(happened).containsExactly("bob at old", "look", "bob at new", "carol at old");
    }

    @Test
    void whoMovedGetsItWhereHeIsNow() {
        recalled.put(BOB, at(OLD));
        recalled.put(CAROL, at(NEW));
        found.put(BOB, at(NEW));
        found.put(CAROL, at(NEW));
        gone.add(OLD);

        forward();

        assertThat(happened).contains("bob at old", "bob at new").containsOnlyOnce("carol at new");
    }

    @Test
    void whereNobodyCanBeFoundItGoesToWhereHeMayBe() {
        recalled.put(BOB, at(OLD));
        recalled.put(CAROL, at(NEW));
        away = true;

        forward();

        assertThat(happened)
                .startsWith("bob at old", "carol at new", "look")
                .hasSize(5)
                .contains("bob at new", "carol at old");
    }

    @Test
    void somebodyOfflineIsLookedAfterAtOnceAndWhenWhatIsNewWasGathered() {
        found.put(BOB, new Whereabouts.Nowhere(Optional.empty()));
        found.put(CAROL, at(NEW));
        gathering = Duration.ofMinutes(1);
        forward();
        assertThat(debts.due(10)).isEmpty();

        gathering = Duration.ZERO;
        forward();
        assertThat(debts.due(10)).containsExactly(CHANNEL);
    }
}
