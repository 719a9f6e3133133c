package io.touchline.bootstrap.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Cluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A short run on a cluster in which nothing is broken. */
class RecordingIT {
    private static final Promises PROMISES = Promises.of(Cluster.LEASE, Cluster.GRACE, Cluster.RECEIPT_TIMEOUT);
    private static final Path KEPT = Path.of("target", "history", "recording.jsonl");
    private static final long MESSAGES = 200;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Cluster cluster = Cluster.shared();

    @Test
    void everyPromiseIsKeptWhereNothingIsBroken() {
        Places places = new Places(
                () -> List.of(cluster.api(0).uri(), cluster.api(1).uri()),
                () -> List.of(cluster.socket(0).socketUri(), cluster.socket(1).socketUri()),
                Backends.fcm());
        Plan plan = Plan.small(UUID.randomUUID().toString().substring(0, 8));
        try (Workload workload = Workload.start(plan, places, PROMISES)) {
            workload.awaitAcknowledged(MESSAGES, DEADLINE);
            History history = workload.quiesce();
            history.write(KEPT);

            assertThat(new Checker(PROMISES).check(history)).isEmpty();
            assertSomethingHappened(history);
        }
    }

    private static void assertSomethingHappened(History history) {
        assertThat(history.all(Entry.Sent.class).filter(sent -> sent.event() != null))
                .hasSizeGreaterThanOrEqualTo((int) MESSAGES);
        assertThat(history.all(Entry.Frame.class).filter(frame -> frame.event() != null))
                .hasSizeGreaterThan((int) MESSAGES);
        assertThat(history.all(Entry.Frame.class).map(Entry.Frame::type)).contains("ready", Event.MESSAGE);
        assertThat(history.count(Entry.Shown.class)).isGreaterThan(MESSAGES);
        assertThat(history.count(Entry.Receipt.class)).isGreaterThan(20);
        assertThat(history.all(Entry.Pushed.class).filter(Entry.Pushed::accepted))
                .hasSizeGreaterThan(20);
        assertThat(history.all(Entry.MembershipChange.class).filter(Entry.MembershipChange::done))
                .hasSizeGreaterThan(3);
        assertThat(history.count(Entry.Closed.class)).isPositive();
        assertThat(history.count(Entry.Log.class)).isGreaterThan(20);
        assertThat(history.all(Entry.Mark.class).filter(mark -> mark.delivered() > 0))
                .hasSizeGreaterThan(5);
    }
}
