package io.touchline.bootstrap.history;

/** What tests break, and what the contract allows meanwhile. */
public enum FaultKind {
    /** A process ended by -9. */
    KILLED(true, true),
    /** A node stopped in good order, until it has ended. */
    STOPPED(true, false),
    /** A process that does not run for a while. */
    PAUSED(true, true),
    /** Two parts that cannot reach each other, or only slowly. */
    CUT(true, true),
    DATABASE_AWAY(true, true),
    REDIS_AWAY(true, false),
    FCM_AWAY(true, true),
    /** Single forwards, answers or receipts lost or repeated at random, while everything can be reached. */
    LOSSY(false, true);

    private final boolean delays;
    private final boolean repeatsAnnouncements;

    FaultKind(boolean delays, boolean repeatsAnnouncements) {
        this.delays = delays;
        this.repeatsAnnouncements = repeatsAnnouncements;
    }

    /** Whether a receiver may be behind while it lasts. */
    boolean delays() {
        return delays;
    }

    /** Whether it may come between the push service's answer and the note of it. */
    boolean repeatsAnnouncements() {
        return repeatsAnnouncements;
    }
}
