package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.port.ChatObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadTokensTest {
    private final SetTime time = new SetTime();
    private final List<String> told = new ArrayList<>();
    private final DeadTokens tokens = new DeadTokens(
            new ChatObserver() {
                @Override
                public void deadTokensDoubted() {
                    told.add("doubted");
                }

                @Override
                public void deadTokensBelieved() {
                    told.add("believed");
                }
            },
            time);

    @Test
    void believesFiftyAndDoubtsTheNext() {
        assertThat(believed(100)).isEqualTo(DeadTokens.MOST);
        assertThat(told).containsExactly("doubted");
    }

    @Test
    void believesManyAmongAsManyGoodOnes() {
        for (int i = 0; i < 1_000; i++) {
            tokens.good();
            assertThat(tokens.dead()).isTrue();
        }

        assertThat(told).isEmpty();
    }

    @Test
    void believesManyThatComeSlowly() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(tokens.dead()).isTrue();
            time.pass(Duration.ofSeconds(2));
        }

        assertThat(told).isEmpty();
    }

    @Test
    void doubtsUntilNineInTenOfTheLastAreGoodHoweverLongThatTakes() {
        assertThat(believed(100)).isEqualTo(DeadTokens.MOST);
        time.pass(Duration.ofDays(1));
        assertThat(believed(1)).isZero();

        good(DeadTokens.SAMPLE - DeadTokens.FEW - 1);
        assertThat(told).containsExactly("doubted");
        good(1);

        assertThat(told).containsExactly("doubted", "believed");
        assertThat(believed(1)).isOne();
    }

    @Test
    void doesNotFlapWhileHalfOfThemAreSaidToBeDead() {
        assertThat(believed(100)).isEqualTo(DeadTokens.MOST);

        for (int i = 0; i < 1_000; i++) {
            tokens.good();
            assertThat(tokens.dead()).isFalse();
        }

        assertThat(told).containsExactly("doubted");
    }

    private int believed(int dead) {
        int believed = 0;
        for (int i = 0; i < dead; i++) {
            believed += tokens.dead() ? 1 : 0;
        }
        return believed;
    }

    private void good(int many) {
        for (int i = 0; i < many; i++) {
            tokens.good();
        }
    }
}
