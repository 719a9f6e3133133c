package io.touchline.bootstrap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Cluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** That the benchmark still runs; what it measures decides nothing. */
class GeneratorIT {
    private static final int USERS = 20;

    @Test
    void everythingThatIsSentArrivesAndIsCounted() {
        Cluster cluster = Cluster.shared();
        try (var generator = new Generator(cluster.api(0), cluster.socket(0), USERS, () -> Duration.ZERO)) {
            Channels channels = generator.create(4, 10);

            Figures figures = generator.run("test", channels, 50, Duration.ofMillis(100), Duration.ofMillis(500));

            assertThat(figures.failed()).isZero();
            assertThat(figures.lost()).isZero();
            assertThat(figures.closed()).isZero();
            assertThat(figures.max()).isPositive();
        }
    }
}
