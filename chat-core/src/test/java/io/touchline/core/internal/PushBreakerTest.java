package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.UserId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PushBreakerTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration NANO = Duration.ofNanos(1);

    private final SetTime time = new SetTime();
    private final PushBreaker breaker = new PushBreaker(time);

    @Test
    void opensWhenFiveUsersInARowMustWait() {
        for (int i = 1; i < PushBreaker.USERS; i++) {
            assertThat(breaker.toldToWait(user(i), MINUTE)).isFalse();
            assertThat(breaker.pause()).isZero();
        }

        assertThat(breaker.toldToWait(user(5), MINUTE)).isTrue();
        assertThat(breaker.pause()).isEqualTo(MINUTE);
    }

    @Test
    void oneUserAloneOpensNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(breaker.toldToWait(user(1), MINUTE)).isFalse();
        }

        assertThat(breaker.pause()).isZero();
    }

    @Test
    void whatComesThroughInBetweenShowsThatThePushServiceIsThere() {
        for (int i = 1; i < 100; i++) {
            assertThat(breaker.toldToWait(user(i), MINUTE)).isFalse();
            if (i % 4 == 0) {
                breaker.cameThrough();
            }
        }

        assertThat(breaker.pause()).isZero();
    }

    @Test
    void isOpenAsLongAsTheLongestWait() {
        open(MINUTE);
        breaker.toldToWait(user(6), MINUTE.multipliedBy(2)); // was on its way already
        breaker.toldToWait(user(7), NANO);

        assertThat(breaker.pause()).isEqualTo(MINUTE.multipliedBy(2));
    }

    @Test
    void letsOneProbeThroughAtATime() {
        open(MINUTE);
        time.pass(MINUTE.minus(NANO));
        assertThat(breaker.pause()).isEqualTo(NANO);

        time.pass(NANO);
        assertThat(breaker.pause()).isZero();
        assertThat(breaker.pause()).isEqualTo(PushBreaker.PROBE_EVERY);

        time.pass(PushBreaker.PROBE_EVERY); // no word of the first
        assertThat(breaker.pause()).isZero();
        assertThat(breaker.pause()).isEqualTo(PushBreaker.PROBE_EVERY);
    }

    @Test
    void staysOpenIfTheProbeMustWaitToo() {
        open(MINUTE);
        time.pass(MINUTE);
        assertThat(breaker.pause()).isZero();

        assertThat(breaker.toldToWait(user(6), MINUTE)).isFalse();

        assertThat(breaker.pause()).isEqualTo(MINUTE);
    }

    @Test
    void closesWhenTheProbeComesThrough() {
        open(MINUTE);
        time.pass(MINUTE);
        assertThat(breaker.pause()).isZero();

        breaker.cameThrough();

        assertThat(breaker.pause()).isZero();
        assertThat(breaker.pause()).isZero();
    }

    @Test
    void keepsBackWhatWasOnItsWayWhenItOpenedButNoProbe() {
        long before = breaker.ticket();
        assertThat(before).isGreaterThanOrEqualTo(breaker.leastTicket());

        open(MINUTE);
        long probe = breaker.ticket();
        assertThat(before).isLessThan(breaker.leastTicket());
        assertThat(probe).isGreaterThanOrEqualTo(breaker.leastTicket());

        breaker.toldToWait(user(6), MINUTE);
        assertThat(probe).isGreaterThanOrEqualTo(breaker.leastTicket());

        breaker.cameThrough();
        assertThat(before).isGreaterThanOrEqualTo(breaker.leastTicket());
    }

    private void open(Duration wait) {
        for (int i = 1; i <= PushBreaker.USERS; i++) {
            breaker.toldToWait(user(i), wait);
        }
    }

    private static UserId user(int number) {
        return new UserId("user-" + number);
    }
}
