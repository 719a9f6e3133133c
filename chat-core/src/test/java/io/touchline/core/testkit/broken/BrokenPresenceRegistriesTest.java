package io.touchline.core.testkit.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Nowhere;
import io.touchline.core.port.Whereabouts.Registration;
import io.touchline.core.port.Whereabouts.Unknown;
import io.touchline.core.port.Whereabouts.Where;
import io.touchline.core.testkit.PresenceRegistryContract;
import io.touchline.core.testkit.SettableClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;

/** That the contract catches what it is for: each of these registries breaks one promise, and fails just there. */
class BrokenPresenceRegistriesTest {
    static class EvictsTheNewer extends Broken {
        EvictsTheNewer() {
            super(clock -> new InMemoryPresenceRegistry(clock) {
                @Override
                public void disprove(Map<UserId, List<Registration>> absent) {
                    absent.forEach(
                            (user, words) -> words.forEach(word -> super.unregister(word.node(), List.of(user))));
                }
            });
        }
    }

    static class TakesForgettingForAbsence extends Broken {
        TakesForgettingForAbsence() {
            super(clock -> new InMemoryPresenceRegistry(clock) {
                @Override
                public Map<UserId, Whereabouts> locate(Collection<UserId> users) {
                    Map<UserId, Whereabouts> found = super.locate(users);
                    found.replaceAll((user, where) -> where instanceof Unknown ? new Nowhere(Optional.empty()) : where);
                    return found;
                }
            });
        }
    }

    static class UnregistersEverywhere extends Broken {
        UnregistersEverywhere() {
            super(clock -> new InMemoryPresenceRegistry(clock) {
                @Override
                public void unregister(NodeRef node, Collection<UserId> users) {
                    nodes().forEach(any -> super.unregister(any, users));
                }
            });
        }
    }

    static class KeepsNoTrace extends Broken {
        KeepsNoTrace() {
            super(clock -> new InMemoryPresenceRegistry(clock) {
                @Override
                public Map<UserId, Whereabouts> locate(Collection<UserId> users) {
                    Map<UserId, Whereabouts> found = super.locate(users);
                    found.replaceAll((user, where) -> where instanceof Nowhere ? new Nowhere(Optional.empty()) : where);
                    return found;
                }
            });
        }
    }

    static class AlwaysHeld extends Broken {
        AlwaysHeld() {
            super(clock -> new InMemoryPresenceRegistry(clock) {
                @Override
                public Heartbeat heartbeat(NodeRef node, Duration lease) {
                    return new Heartbeat(true, super.heartbeat(node, lease).epoch());
                }
            });
        }
    }

    static class OutlivesItsLease extends Broken {
        OutlivesItsLease() {
            super(clock -> new InMemoryPresenceRegistry(clock) {
                @Override
                public void retire(NodeRef node) {}
            });
        }
    }

    static class NeverEndsAnApiLease extends Broken {
        NeverEndsAnApiLease() {
            super(clock -> new InMemoryPresenceRegistry(clock) {
                private final Set<String> ever = new HashSet<>();

                @Override
                public void heartbeat(String apiNode) {
                    ever.add(apiNode);
                }

                @Override
                public void retire(String apiNode) {
                    ever.remove(apiNode);
                }

                @Override
                public Set<String> apiNodes() {
                    return ever;
                }

                @Override
                public void forget() {
                    super.forget();
                    ever.clear();
                }
            });
        }
    }

    static class KeepsARetiredApiNode extends Broken {
        KeepsARetiredApiNode() {
            super(clock -> new InMemoryPresenceRegistry(clock) {
                @Override
                public void retire(String apiNode) {}
            });
        }
    }

    static class RenewsNoApiLease extends Broken {
        RenewsNoApiLease() {
            super(clock -> new InMemoryPresenceRegistry(clock) {
                @Override
                public void heartbeat(String apiNode) {
                    if (!apiNodes().contains(apiNode)) {
                        super.heartbeat(apiNode);
                    }
                }
            });
        }
    }

    static class RecallsWhateverThereWas extends Broken {
        RecallsWhateverThereWas() {
            super(clock -> new InMemoryPresenceRegistry(clock) {
                private final Map<UserId, Where> first = new HashMap<>();

                @Override
                public void register(NodeRef node, Collection<UserId> users) {
                    super.register(node, users);
                    super.locate(users).forEach((user, at) -> {
                        if (at instanceof Where where) {
                            first.putIfAbsent(user, where);
                        }
                    });
                }

                @Override
                public Map<UserId, Where> recall(Collection<UserId> users) {
                    Map<UserId, Where> recalled = new HashMap<>(first);
                    recalled.keySet().retainAll(users);
                    return recalled;
                }
            });
        }
    }

    @Test
    void whichRecallsWhatItWasNotAskedAndWhatIsDisproved() {
        assertEquals(
                Set.of(
                        "PR-10 what is recalled is what was located last, and nothing of who was never looked for",
                        "PR-10 who was disproved is not recalled"),
                failuresOf(RecallsWhateverThereWas.class));
    }

    @Test
    void whichListsADeadApiNode() {
        assertEquals(
                Set.of("PR-9 an API node is listed until its lease has ended, and once more when it is back"),
                failuresOf(NeverEndsAnApiLease.class));
    }

    @Test
    void whichListsAnApiNodeThatEndedItsLease() {
        assertEquals(
                Set.of("PR-9 an API node that ended its lease is not listed, the others are"),
                failuresOf(KeepsARetiredApiNode.class));
    }

    @Test
    void whichLetsALiveApiNodesLeaseEnd() {
        assertEquals(Set.of("PR-9 a heartbeat renews the lease of an API node"), failuresOf(RenewsNoApiLease.class));
    }

    @Test
    void whichEvictsANewerRegistration() {
        assertEquals(
                Set.of(
                        "PR-5 who came back to the same node since the word was read stays",
                        "PR-5 whom the same node registered again since the word was read stays, unregistered between"
                                + " or not"),
                failuresOf(EvictsTheNewer.class));
    }

    @Test
    void whichAnswersNowhereAfterItForgot() {
        assertEquals(
                Set.of(
                        "PR-6 a registry that lost its memory answers unknown, and before the first heartbeat too",
                        "PR-6 it answers unknown for a lease after it lost its memory, and nowhere after that",
                        "PR-6 who disconnected while it is young is unknown too: another node may not have asserted"
                                + " him yet"),
                failuresOf(TakesForgettingForAbsence.class));
    }

    @Test
    void whichRemovesOtherNodesWords() {
        assertEquals(
                Set.of(
                        "PR-2 unregistering leaves the other node's word",
                        "PR-4 who was nowhere and disconnected again is nowhere since then, though his node's word was gone",
                        "PR-4 of several traces the latest counts"),
                failuresOf(UnregistersEverywhere.class));
    }

    @Test
    void whichKeepsNoTrace() {
        assertEquals(
                Set.of(
                        "PR-4 who disconnected is nowhere since then",
                        "PR-4 who was nowhere and disconnected again is nowhere since then, though his node's word was gone",
                        "PR-4 whose node's lease ran out is nowhere since its end",
                        "PR-4 whose node ended its lease is nowhere since then, however long the lease was",
                        "PR-4 of several traces the latest counts",
                        "PR-4 who was disproved is nowhere since then, as his own node's word may be on its way"),
                failuresOf(KeepsNoTrace.class));
    }

    @Test
    void whichClaimsThatEveryLeaseWasHeld() {
        assertEquals(
                Set.of(
                        "PR-7 a heartbeat tells whether the lease was held",
                        "PR-7 with its memory the registry loses the leases, and the epoch is another"),
                failuresOf(AlwaysHeld.class));
    }

    @Test
    void whichDoesNotEndALease() {
        assertEquals(
                Set.of(
                        "PR-3 when the lease was ended nobody is on that node",
                        "PR-4 whose node ended its lease is nowhere since then, however long the lease was",
                        "PR-7 a heartbeat tells whether the lease was held",
                        "PR-8 the live nodes are listed with their addresses"),
                failuresOf(OutlivesItsLease.class));
    }

    /** The contract, run on a registry that breaks it. */
    abstract static class Broken extends PresenceRegistryContract {
        private final SettableClock clock = new SettableClock();
        private final InMemoryPresenceRegistry registry;

        Broken(Function<SettableClock, InMemoryPresenceRegistry> make) {
            registry = make.apply(clock);
        }

        @Override
        protected InMemoryPresenceRegistry registry() {
            return registry;
        }

        @Override
        protected void pass(Duration time) {
            clock.pass(time);
        }

        @Override
        protected void loseMemory() {
            registry.forget();
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
