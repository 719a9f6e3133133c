package io.touchline.core.port;

import io.touchline.core.model.Event;

/** Writes an event as the text of a WebSocket frame, in UTF-8. Called by any thread, once an event. */
@FunctionalInterface
public interface EventEncoder {
    Frame encode(Event event);
}
