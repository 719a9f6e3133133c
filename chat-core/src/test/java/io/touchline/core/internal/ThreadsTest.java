package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void repeatsAlsoAfterAnError() throws Exception {
        ScheduledExecutorService scheduler = Threads.scheduler("test", 1);
        CountDownLatch failures = new CountDownLatch(3);
        try {
            Threads.repeat(
                    scheduler,
                    () -> {
                        throw new StackOverflowError();
                    },
                    Duration.ofMillis(1),
                    failure -> failures.countDown());

            assertThat(failures.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            scheduler.shutdownNow();
        }
    }
}
