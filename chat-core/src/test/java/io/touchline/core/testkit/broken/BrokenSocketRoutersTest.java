package io.touchline.core.testkit.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import io.touchline.core.ChatNode;
import io.touchline.core.inmemory.InMemorySocketRouter;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.Receipt;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.Frame;
import io.touchline.core.port.SocketRouter;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.testkit.ForwardingRouter;
import io.touchline.core.testkit.SocketRouterContract;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;

/** That the contract catches what it is for: each of these routers breaks one promise, and fails just there. */
class BrokenSocketRoutersTest {
    static class ForgetsTheAbsent extends Broken {
        ForgetsTheAbsent() {
            super(sound -> (node, deliveries) -> sound.forward(node, deliveries) instanceof Forwarded forwarded
                    ? new Forwarded(Set.of(), forwarded.receipts())
                    : sound.forward(node, deliveries));
        }
    }

    static class BringsReceiptsTwice extends Broken {
        BringsReceiptsTwice() {
            super(BringsReceiptsTwice::keeping);
        }

        private static ForwardingRouter keeping(SocketRouter sound) {
            List<Receipt> last = new ArrayList<>();
            return (node, deliveries) -> {
                ForwardResult result = sound.forward(node, deliveries);
                if (!(result instanceof Forwarded forwarded)) {
                    return result;
                }
                List<Receipt> both = new ArrayList<>(last);
                both.addAll(forwarded.receipts());
                last.clear();
                last.addAll(forwarded.receipts());
                return new Forwarded(forwarded.absent(), both);
            };
        }
    }

    static class SkipsWhatCarriesNothing extends Broken {
        SkipsWhatCarriesNothing() {
            super(sound -> (node, deliveries) ->
                    deliveries.isEmpty() ? new Forwarded(Set.of(), List.of()) : sound.forward(node, deliveries));
        }
    }

    static class DoesNotLookAtTheLife extends Broken {
        DoesNotLookAtTheLife() {
            super(null);
        }
    }

    static class Shuffles extends Broken {
        Shuffles() {
            super(sound -> (node, deliveries) -> {
                List<Delivery> reversed = new ArrayList<>(deliveries);
                Collections.reverse(reversed);
                return sound.forward(node, reversed);
            });
        }
    }

    static class RewritesFrames extends Broken {
        RewritesFrames() {
            super(sound -> (node, deliveries) -> sound.forward(
                    node,
                    deliveries.stream()
                            .map(delivery -> new Delivery(trimmed(delivery.frame()), delivery.receivers()))
                            .toList()));
        }

        private static Frame trimmed(Frame frame) {
            String text = new String(frame.bytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
            return new Frame(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    static class ThrowsWhenNobodyAnswers extends Broken {
        ThrowsWhenNobodyAnswers() {
            super(sound -> (node, deliveries) -> {
                ForwardResult result = sound.forward(node, deliveries);
                if (result instanceof Unreachable unreachable) {
                    throw new UnavailableException(unreachable.reason(), null);
                }
                return result;
            });
        }
    }

    static class HasEverybodyCatchUp extends Broken {
        HasEverybodyCatchUp() {
            super("resync", (sound, given) -> sound.answer(given[0], List.of()));
        }
    }

    static class HasNobodyCatchUp extends Broken {
        HasNobodyCatchUp() {
            super("resync", (sound, given) -> new Forwarded(Set.of(), List.of()));
        }
    }

    static class ClosesNobody extends Broken {
        ClosesNobody() {
            super("revoke", (sound, given) -> new Forwarded(Set.of(), List.of()));
        }
    }

    static class ClosesNewConnectionsToo extends Broken {
        ClosesNewConnectionsToo() {
            super("revoke", (sound, given) -> {
                Map<Object, Instant> later = new HashMap<>();
                ((Map<?, ?>) given[1])
                        .forEach((user, time) -> later.put(user, ((Instant) time).plus(Duration.ofMinutes(1))));
                return sound.answer(given[0], later);
            });
        }
    }

    static class RevokesForOneLifeAlone extends Broken {
        RevokesForOneLifeAlone() {
            super("revoke", (sound, given) -> {
                ForwardResult asked = (ForwardResult) sound.answer(given[0], Map.of());
                return asked instanceof Forwarded ? sound.answer(given) : asked;
            });
        }
    }

    @Test
    void whichClosesNobody() {
        assertEquals(
                Set.of(
                        "SR-9 whose tokens are revoked is closed wherever he has an older one, and nobody else is",
                        "SR-9 a revoked token is taken no more, and a newer one is",
                        "SR-9 revoking in the name of another life closes as well",
                        "SR-9 revoking nothing closes nobody, and brings the receipts"),
                failuresOf(ClosesNobody.class));
    }

    @Test
    void whichClosesNewConnectionsToo() {
        assertEquals(
                Set.of(
                        "SR-9 whose tokens are revoked is closed wherever he has an older one, and nobody else is",
                        "SR-9 a revoked token is taken no more, and a newer one is"),
                failuresOf(ClosesNewConnectionsToo.class));
    }

    @Test
    void whichRevokesForOneLifeAlone() {
        assertEquals(
                Set.of(
                        "SR-9 revoking in the name of another life closes as well",
                        "SR-9 revoking nothing closes nobody, and brings the receipts"),
                failuresOf(RevokesForOneLifeAlone.class));
    }

    @Test
    void whichHasEverybodyCatchUp() {
        assertEquals(
                Set.of("SR-8 who is to catch up is told so on every connection, and nobody else is"),
                failuresOf(HasEverybodyCatchUp.class));
    }

    @Test
    void whichHasNobodyCatchUp() {
        assertEquals(
                Set.of(
                        "SR-8 who is to catch up is told so on every connection, and nobody else is",
                        "SR-8 if nobody is named, everybody is told to catch up",
                        "SR-8 nobody is told to catch up in the name of another life"),
                failuresOf(HasNobodyCatchUp.class));
    }

    @Test
    void whichDoesNotTellWhoIsAbsent() {
        assertEquals(
                Set.of(
                        "SR-2 who is not connected there is absent, and nobody else is",
                        "SR-2 each of many absent receivers is named",
                        "SR-2 who has left is absent"),
                failuresOf(ForgetsTheAbsent.class));
    }

    @Test
    void whichBringsReceiptsAgain() {
        assertEquals(
                Set.of(
                        "SR-4 receipts come with one answer, and not again with the next",
                        "SR-4 what was acknowledged since comes with the next answer"),
                failuresOf(BringsReceiptsTwice.class));
    }

    @Test
    void whichSkipsAForwardWithoutDeliveries() {
        assertEquals(
                Set.of(
                        "SR-3 a refused forward leaves the receipts for one that is not",
                        "SR-4 what was acknowledged since comes with the next answer",
                        "SR-5 a forward with no deliveries brings the receipts, and else nothing"),
                failuresOf(SkipsWhatCarriesNothing.class));
    }

    @Test
    void whichDeliversWhatIsForAnotherLife() {
        assertEquals(
                Set.of(
                        "SR-3 a forward for another life of the node is refused, and delivers nothing",
                        "SR-3 a refused forward leaves the receipts for one that is not"),
                failuresOf(DoesNotLookAtTheLife.class));
    }

    @Test
    void whichTurnsTheOrderRound() {
        assertEquals(
                Set.of(
                        "SR-1 frames arrive byte for byte, whatever is in them, empty or long",
                        "SR-1 each of many receivers gets his own frames",
                        "SR-7 frames arrive in the order of the forwards, and of the deliveries in each"),
                failuresOf(Shuffles.class));
    }

    @Test
    void whichRewritesFrames() {
        assertEquals(
                Set.of("SR-1 frames arrive byte for byte, whatever is in them, empty or long"),
                failuresOf(RewritesFrames.class));
    }

    @Test
    void whichThrowsWhenNobodyAnswers() {
        assertEquals(
                Set.of("SR-6 a node that does not answer is an answer in time"),
                failuresOf(ThrowsWhenNobodyAnswers.class));
    }

    /** The contract, run on a router that breaks it. */
    abstract static class Broken extends SocketRouterContract {
        private final UnaryOperator<SocketRouter> defect;

        /** @param forwarding null: sound, but it asks the node in the name of whatever life it has */
        Broken(Function<SocketRouter, ForwardingRouter> forwarding) {
            this.defect = forwarding == null ? null : sound -> forwardingBy(forwarding.apply(sound), sound);
        }

        Broken(String method, Defect how) {
            this.defect = sound -> Defect.in(SocketRouter.class, sound, method, how);
        }

        private static SocketRouter forwardingBy(ForwardingRouter broken, SocketRouter sound) {
            return Defect.in(
                    SocketRouter.class,
                    sound,
                    "forward",
                    (same, given) -> broken.forward(
                            (NodeRef) given[0],
                            ((List<?>) given[1])
                                    .stream().map(Delivery.class::cast).toList()));
        }

        @Override
        protected Reach reach(ChatNode started) {
            InMemorySocketRouter sound = new InMemorySocketRouter();
            String address = started.self().address();
            if (defect == null) {
                sound.attach(
                        address,
                        forwardingBy((node, deliveries) -> started.forward(started.self(), deliveries), started));
                return new Reach(sound, address);
            }
            sound.attach(address, started);
            return new Reach(defect.apply(sound), address);
        }

        @Override
        protected NodeRef unreachable() {
            return NodeRef.at("http://nowhere.example:8091");
        }
    }

    private static Set<String> failuresOf(Class<?> contractTest) {
        Set<String> failures = new HashSet<>();
        LauncherFactory.create()
                .execute(request().selectors(selectClass(contractTest)).build(), new TestExecutionListener() {
                    @Override
                    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                        if (result.getStatus() != Status.SUCCESSFUL) {
                            failures.add(test.getDisplayName());
                        }
                    }
                });
        return failures;
    }
}
