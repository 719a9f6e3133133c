package io.touchline.bootstrap.history;

/** A promise that a history shows to be broken. */
public record Violation(Kind kind, String text) {
    /** Which. */
    public enum Kind {
        /** Acknowledged, and not in the log. */
        LOST,
        /** In the log, or before a user's eyes, more than once. */
        REPEATED,
        /** Not the same for everybody, or not what was sent. */
        CHANGED,
        /** A sequence is missing, from the log or from what somebody may read of it or shows. */
        HOLE,
        /** Answered before another was sent, and yet behind it. */
        DISORDERED,
        /** Nobody sent it, or nobody was to know of it, and yet somebody got it. */
        INVENTED,
        /** Somebody got what is not of his periods. */
        LEAKED,
        /** Connected, and further behind than is promised. */
        BEHIND,
        /** Wants to be connected, and cannot be. */
        KEPT_OUT,
        /** Not settled in time. */
        UNSETTLED,
        /** Offline, with a device that was never told. */
        UNANNOUNCED,
        /** The same news for a device again, and no reason to. */
        ANNOUNCED_TWICE,
        /** News for a device though its user had long acknowledged them. */
        ANNOUNCED_IN_VAIN
    }

    @Override
    public String toString() {
        return kind + ": " + text;
    }
}
