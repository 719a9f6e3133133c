package io.touchline.core;

import org.jspecify.annotations.Nullable;

/** What a caller asked for cannot be; nothing has changed. The message says what was wrong and what to do. */
public final class RefusedException extends RuntimeException {
    private final Reason reason;
    private final @Nullable String field;

    RefusedException(Reason reason, @Nullable String field, String message) {
        super(message);
        this.reason = reason;
        this.field = field;
    }

    static RefusedException invalid(String field, String message) {
        return new RefusedException(Reason.INVALID, field, message);
    }

    static RefusedException noChannel() {
        return new RefusedException(Reason.NOT_FOUND, null, "There is no such channel, or you do not take part in it.");
    }

    static RefusedException noMessage() {
        return new RefusedException(Reason.NOT_FOUND, null, "There is no such message, or you may not read it.");
    }

    public Reason reason() {
        return reason;
    }

    /** Which part of the request was wrong, null if none in particular. */
    public @Nullable String field() {
        return field;
    }

    /** Why something cannot be. */
    public enum Reason {
        /** The request makes no sense as it is. */
        INVALID,
        /** There is no such thing for this caller. */
        NOT_FOUND,
        /** This caller may not. */
        FORBIDDEN,
        /** Something else stands in its place already. */
        CONFLICT
    }
}
