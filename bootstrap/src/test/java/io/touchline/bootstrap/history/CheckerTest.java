package io.touchline.bootstrap.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The checker raises nothing where every promise was kept, and finds each that was not. */
class CheckerTest {
    private static final int SEEDS = Integer.getInteger("seeds", 200);

    private final Checker checker = new Checker(Imagined.PROMISES);

    @Test
    void nothingIsRaisedWhereEveryPromiseWasKept() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(checker.check(Imagined.run(seed))).as("seed %s", seed).isEmpty();
        }
    }
}
