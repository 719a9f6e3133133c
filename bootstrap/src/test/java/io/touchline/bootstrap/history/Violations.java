package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Violation.Kind;
import java.util.ArrayList;
import java.util.List;

/** What a check has found so far. */
final class Violations {
    private final List<Violation> found = new ArrayList<>();

    void add(Kind kind, String format, Object... values) {
        found.add(new Violation(kind, format.formatted(values)));
    }

    /** Adds it unless the condition holds. */
    void unless(boolean condition, Kind kind, String format, Object... values) {
        if (!condition) {
            add(kind, format, values);
        }
    }

    List<Violation> found() {
        return List.copyOf(found);
    }
}
