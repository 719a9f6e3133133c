package io.touchline.bootstrap.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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
    private static final int PLOTS = CLEAN.size() / 8;

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

    /** Who is more than a thousand events behind leaves some out, and is told to. */
    @Test
    void aResetOfWhoIsFarBehindIsNoHole() {
        assertThat(checker.check(farBehind(1_001))).isEmpty();
    }

    @Test
    void aResetOfWhoIsNotSoFarBehindIsOne() {
        assertThat(checker.check(farBehind(1_000))).extracting(Violation::kind).containsExactly(Violation.Kind.HOLE);
    }

    /** Bob has seen the first event, and is told to begin anew so many events later. */
    private static History farBehind(int events) {
        List<Event> log = new ArrayList<>(List.of(event(1, Event.CREATED, List.of("alice", "bob"))));
        List<Entry> entries = new ArrayList<>();
        for (int i = 2; i <= events + 1; i++) {
            log.add(event(i, Event.MESSAGE, List.of()));
            entries.add(new Entry.Sent(i, i, "tea", "alice", "m" + i, "text " + i, List.of(), log.get(i - 1)));
        }
        entries.add(new Entry.Shown(1, "laptop", "bob", "tea", List.of(1L)));
        entries.add(new Entry.Reset(9_000, "laptop", "bob", "tea", events + 1, log.subList(events - 50, events)));
        entries.add(new Entry.Log(9_000, "bob", "tea", log));
        entries.add(new Entry.Ended(9_000));
        return new History(entries);
    }

    private static Event event(long sequence, String type, List<String> participants) {
        String content = "text " + sequence;
        return new Event("tea", sequence, type, "alice", "now", null, content, "m" + sequence, participants, false);
    }
}
