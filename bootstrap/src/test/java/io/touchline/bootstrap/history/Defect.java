package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Violation.Kind;
import java.util.Optional;
import java.util.function.Function;

/**
 * A broken promise that can be planted in a clean history.
 *
 * @param kind as what it is to be found
 * @param planted the history with it, empty if there is no place for it in that one
 */
record Defect(String name, Kind kind, Function<Plot, Optional<Edit>> planted) {
    @Override
    public String toString() {
        return name;
    }
}
