package io.touchline.bootstrap.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker raises nothing where every promise was kept, and finds each that was not, as what it is. */
class CheckerTest {
    private static final List<History> CLEAN = LongStream.range(0, Integer.getInteger("seeds", 200))
            .mapToObj(Imagined::run)
            .toList();

    /** Into so many of them each defect is planted, if there is a place for it. */
    private static final int PLOTS = CLEAN.size() / 5;

    private static final int PLANTED = PLOTS / 4;

    private static final int SHOWN = 5;

    private final Checker checker = new Checker(Imagined.PROMISES);

    @Test
    void nothingIsRaisedWhereEveryPromiseWasKept() {
        for (int seed = 0; seed < CLEAN.size(); seed++) {
            assertThat(checker.check(CLEAN.get(seed))).as("seed %s", seed).isEmpty();
        }
    }

    static List<Allowance> allowances() {
        return Allowance.all();
    }

    /** Else it would say little that they raise nothing. */
    @ParameterizedTest
    @MethodSource("allowances")
    void muchOfWhatTheContractAllowsIsInThem(Allowance allowance) {
        assertThat(CLEAN.stream().filter(allowance.isIn()).count()).isGreaterThanOrEqualTo(CLEAN.size() / 20);
    }

    static Stream<Defect> defects() {
        return Stream.of(LogDefects.all(), ReceiverDefects.all(), PushDefects.all())
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("defects")
    void eachDefectIsFoundAsWhatItIs(Defect defect) {
        int planted = 0;
        for (int seed = 0; seed < PLOTS; seed++) {
            Optional<Edit> edit = defect.planted().apply(new Plot(CLEAN.get(seed), seed));
            if (edit.isPresent()) {
                planted++;
                List<Violation> found = checker.check(edit.get().done());
                assertThat(found.stream().map(Violation::kind).distinct())
                        .as(
                                "%s in seed %s: %s",
                                defect, seed, found.stream().limit(SHOWN).toList())
                        .containsExactly(defect.kind());
            }
        }
        assertThat(planted).as("histories with %s", defect).isGreaterThanOrEqualTo(PLANTED);
    }
}
