package io.touchline.core.model;

/**
 * A time during which a user takes part in a channel, in sequences, both ends included. He may read, and is owed,
 * exactly the events of his periods; the one that tells of his joining is the first, that of his leaving the last.
 *
 * @param last {@link #OPEN} while he takes part
 */
public record Period(UserId user, long first, long last) {
    /** The end of a period that has not ended. */
    public static final long OPEN = Long.MAX_VALUE;

    public Period {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("no period: " + first + " to " + last);
        }
    }

    public boolean isOpen() {
        return last == OPEN;
    }

    public boolean covers(long sequence) {
        return first <= sequence && sequence <= last;
    }
}
