package io.touchline.core.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of a longer list.
 *
 * @param next what to ask for to go on, null at the end; opaque to whoever is not the store that made it
 */
public record Page<T>(List<T> items, @Nullable String next) {
    public Page {
        items = List.copyOf(items);
    }
}
