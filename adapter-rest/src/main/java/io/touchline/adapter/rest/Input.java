package io.touchline.adapter.rest;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Page;
import io.touchline.core.model.UserId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What stands in paths and queries, read with an error that names the part that is wrong. */
final class Input {
    private Input() {}

    static ChannelId channel(String value) {
        return channel("channel", value);
    }

    static ChannelId channel(String field, String value) {
        return value(field, value, ChannelId::new);
    }

    static UserId user(String field, String value) {
        return value(field, value, UserId::new);
    }

    /** Makes a value of the model, which says itself what is wrong with it. */
    static <T> T value(String field, String text, Function<String, T> maker) {
        try {
            return maker.apply(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid(field, String.valueOf(e.getMessage()));
        }
    }

    /** In a path. */
    static long sequence(String text) {
        return number("sequence", text, 0, 1, Long.MAX_VALUE);
    }

    static int limit(@Nullable String text, int standard, int max) {
        return (int) number("limit", text, standard, 1, max);
    }

    static long number(String field, @Nullable String text, long standard, long min, long max) {
        if (text == null) {
            return standard;
        }
        try {
            long number = Long.parseLong(text);
            if (min <= number && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below, like a number out of range
        }
        throw ProblemException.invalid(field, "must be a whole number from " + min + " to " + max);
    }

    /** Asks for a page; only the store that made a cursor can tell whether it is one. */
    static <T> Page<T> page(@Nullable String cursor, Function<@Nullable String, Page<T>> list) {
        if (cursor == null) {
            return list.apply(null);
        }
        try {
            return list.apply(cursor);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("cursor", "must be what the page before gave as next");
        }
    }
}
