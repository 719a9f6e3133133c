package io.touchline.adapter.jpa;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a transaction failed, by the SQL state that the database gave. */
enum Failure {
    /** It got into another one's way: a deadlock, no serial order, or a lock that did not come in time. */
    CONTENTION,
    /** Another transaction made the same row first. */
    DUPLICATE,
    /** The database is away, going away, full or too slow. */
    UNAVAILABLE,
    /** The statement is wrong, or what it was given. */
    DEFECT;

    private static final String UNIQUE_VIOLATION = "23505";
    /** Serialization failure, deadlock, lock not available (PostgreSQL, H2), H2's concurrent update. */
    private static final Set<String> CONTENTION_STATES = Set.of("40001", "40P01", "55P03", "HYT00", "90131");
    /** Connection, resources, operator's intervention, the system itself. */
    private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "58");
    /** Idle too long in a transaction, read only since a fail-over; H2: closed, broken, shut down. */
    private static final Set<String> UNAVAILABLE_STATES = Set.of("25P03", "25006", "90007", "90067", "90098", "90121");

    /** Whether the same may well succeed in a moment. */
    boolean isWorthAnotherTry() {
        return this == CONTENTION || this == DUPLICATE;
    }

    static Failure of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return of(sql);
            }
        }
        return DEFECT;
    }

    private static Failure of(SQLException failure) {
        String state = failure.getSQLState();
        if (state != null && CONTENTION_STATES.contains(state)) {
            return CONTENTION;
        }
        if (UNIQUE_VIOLATION.equals(state)) {
            return DUPLICATE;
        }
        return isUnavailable(state) || isAboutConnection(failure) ? UNAVAILABLE : DEFECT;
    }

    /** Pools that give up say no state at all. */
    private static boolean isUnavailable(@Nullable String state) {
        return state == null
                || UNAVAILABLE_STATES.contains(state)
                || UNAVAILABLE_CLASSES.stream().anyMatch(state::startsWith);
    }

    private static boolean isAboutConnection(SQLException failure) {
        return failure instanceof SQLTransientException
                || failure instanceof SQLRecoverableException
                || failure instanceof SQLNonTransientConnectionException;
    }
}
