package io.touchline.core.model;

import java.util.List;

/**
 * A stretch of a channel's log as one reader may see it, in order.
 *
 * @param lastSequence the last sequence that is his to read, whether or not it is on this page
 */
public record LogPage(List<Event> items, long lastSequence) {
    public LogPage {
        items = List.copyOf(items);
    }
}
