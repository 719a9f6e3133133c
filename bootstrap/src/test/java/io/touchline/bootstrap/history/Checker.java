package io.touchline.bootstrap.history;

import java.util.List;
import java.util.stream.Stream;

/**
 * Holds a history against what the contract promises. It depends on nothing but the history, and raises nothing that the
 * contract allows: frames come more than once, answers get lost, nobody is owed his own events, who left gets what is of
 * his periods, and while something is broken everything may wait.
 */
public final class Checker {
    private final Promises promises;

    public Checker(Promises promises) {
        this.promises = promises;
    }

    /** The promises that were broken, and how. */
    public List<Violation> check(History history) {
        Facts facts = new Facts(history, promises);
        return Stream.of(
                        new LogCheck(facts).violations(),
                        new OrderCheck(facts).violations(),
                        new SightCheck(facts).violations(),
                        new ShownCheck(facts).violations(),
                        new BehindCheck(facts).violations(),
                        new SettledCheck(facts).violations(),
                        new PushCheck(facts).violations())
                .flatMap(List::stream)
                .distinct()
                .toList();
    }
}
