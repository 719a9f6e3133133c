package io.touchline.core.testkit.broken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.touchline.core.inmemory.InMemoryPushNotifierContractTest;
import io.touchline.core.model.Device;
import io.touchline.core.model.Push;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Accepted;
import io.touchline.core.port.PushResult.Rejected;
import io.touchline.core.port.PushResult.RetryLater;
import io.touchline.core.port.PushResult.Unregistered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Shows that the push contract catches something: each broken notifier fails the tests that are meant for it. */
class BrokenPushNotifiersTest {
    @Test
    void resultsInAnotherOrder() {
        assertThat(failedBy(ResultsReversed.class))
                .containsExactlyInAnyOrder(
                        "PN-1 a batch is answered in its order",
                        "PN-4 a push service that does not answer is a result within the deadline");
    }

    @Test
    void oneFailureLosesTheBatch() {
        assertThat(failedBy(FailureLosesTheBatch.class))
                .containsExactly("PN-1 one that fails does not touch the others");
    }

    @Test
    void anyNotFoundIsADeadToken() {
        assertThat(failedBy(AnyNotFoundIsDead.class))
                .containsExactly("PN-2 not found, but not in the push service's own word, is to be tried again");
    }

    @Test
    void waitsAsItLikes() {
        assertThat(failedBy(OwnWait.class))
                .containsExactlyInAnyOrder(
                        "PN-1 a batch is answered in its order",
                        "PN-3 a wait that the push service asks for is passed on");
    }

    @Test
    void waitsForEver() {
        assertThat(failedBy(WaitsForEver.class))
                .containsExactly("PN-4 a push service that does not answer is a result within the deadline");
    }

    @Test
    void repeatsPileUp() {
        assertThat(failedBy(RepeatsPileUp.class))
                .containsExactlyInAnyOrder(
                        "PN-5 a repeated announcement replaces the earlier one of its channel, and no other",
                        "PN-6 a withdrawal takes back what is shown of its channel up to its sequence, and nothing else",
                        "PN-6 a withdrawal of what is not shown shows nothing");
    }

    private static List<String> failedBy(Class<?> contract) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(contract))
                                .build(),
                        listener);
        return listener.getSummary().getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getDisplayName())
                .toList();
    }

    /** A notifier in memory with something between it and the test. */
    abstract static class Broken extends InMemoryPushNotifierContractTest {
        @Override
        protected PushNotifier notifier() {
            return announcements -> broken(inMemory.push(announcements));
        }

        List<PushResult> broken(List<PushResult> results) {
            return results;
        }
    }

    static class ResultsReversed extends Broken {
        @Override
        List<PushResult> broken(List<PushResult> results) {
            List<PushResult> reversed = new ArrayList<>(results);
            Collections.reverse(reversed);
            return reversed;
        }
    }

    static class FailureLosesTheBatch extends Broken {
        @Override
        List<PushResult> broken(List<PushResult> results) {
            return results.stream().anyMatch(Rejected.class::isInstance)
                    ? results.stream()
                            .map(result -> (PushResult) new Rejected("one of them"))
                            .toList()
                    : results;
        }
    }

    static class AnyNotFoundIsDead extends Broken {
        @Override
        protected PushResult result(Answer answer) {
            return answer instanceof Answer.NotFound ? new Unregistered() : super.result(answer);
        }
    }

    static class OwnWait extends Broken {
        @Override
        protected PushResult result(Answer answer) {
            return answer instanceof Answer.Retry
                    ? new RetryLater(Duration.ofSeconds(10), "as I like")
                    : super.result(answer);
        }
    }

    static class WaitsForEver extends Broken {
        private boolean silent;

        @Override
        protected void answer(Device device, Answer answer) {
            silent |= answer instanceof Answer.Silence;
            super.answer(device, answer);
        }

        @Override
        List<PushResult> broken(List<PushResult> results) {
            if (silent) {
                waitForEver();
            }
            return results;
        }

        @Override
        protected Duration deadline() {
            return Duration.ofMillis(200);
        }

        private static void waitForEver() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static class RepeatsPileUp extends Broken {
        private final List<Push> pile = new ArrayList<>();

        @Override
        protected PushNotifier notifier() {
            return pushes -> {
                List<PushResult> results = inMemory.push(pushes);
                for (int i = 0; i < results.size(); i++) {
                    if (results.get(i) instanceof Accepted) {
                        pile.add(pushes.get(i));
                    }
                }
                return results;
            };
        }

        @Override
        protected List<Shown> shown(Device device) {
            return pile.stream()
                    .filter(announcement -> announcement.device().equals(device))
                    .map(announcement -> new Shown(announcement.channel(), announcement.sequence()))
                    .toList();
        }
    }
}
