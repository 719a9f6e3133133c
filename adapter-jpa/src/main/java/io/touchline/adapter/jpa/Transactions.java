package io.touchline.adapter.jpa;

import io.touchline.core.port.UnavailableException;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.Transaction;

/**
 * Runs one piece of work in one transaction, again if the database asks for it, and translates what fails: nothing of
 * Hibernate's or the driver's leaves the adapter but as a cause.
 */
final class Transactions {
    private static final int TRIES = 4;
    private static final Duration TRY_AGAIN_WITHIN = Duration.ofSeconds(1);
    private static final long MIN_PAUSE_NANOS = 2_000_000;
    private static final long MAX_PAUSE_NANOS = 30_000_000;

    /** How long the database may say nothing. It limits each statement to less, so that then it is out of reach. */
    private static final Duration SILENCE = Duration.ofMillis(1_700);

    private final SessionFactory sessions;

    Transactions(SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** Work by native statements. */
    @FunctionalInterface
    interface Work<T> {
        T on(Statements statements) throws SQLException;
    }

    /** Runs native statements; what deadlocked, could not be serialized or waited too long for a lock is tried again. */
    <T> T call(Work<T> work) {
        return call(work, Duration.ZERO);
    }

    /** The same, where a statement may wait so long for a lock on top. */
    <T> T call(Work<T> work, Duration lockWait) {
        return inSession(
                session -> session.doReturningWork(connection -> perform(work, connection)), SILENCE.plus(lockWait));
    }

    /** Runs work on entities, with the same second tries. */
    <T> T inSession(Function<StatelessSession, T> work) {
        return inSession(work, SILENCE);
    }

    private <T> T inSession(Function<StatelessSession, T> work, Duration silence) {
        long start = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                return once(work, silence);
            } catch (PersistenceException | StatementException e) {
                Failure failure = Failure.of(e);
                boolean inTime = System.nanoTime() - start < TRY_AGAIN_WITHIN.toNanos();
                if (attempt == TRIES || !inTime || !failure.isWorthAnotherTry()) {
                    throw translated(failure, e);
                }
                pause(attempt);
            }
        }
    }

    private <T> T once(Function<StatelessSession, T> work, Duration silence) {
        try (StatelessSession session = sessions.openStatelessSession()) {
            Transaction transaction = session.beginTransaction();
            try {
                session.doWork(connection -> connection.setNetworkTimeout(Runnable::run, (int) silence.toMillis()));
                T result = work.apply(session);
                transaction.commit();
                return result;
            } catch (RuntimeException e) {
                rollBack(transaction, e);
                throw e;
            }
        }
    }

    private static void rollBack(Transaction transaction, RuntimeException cause) {
        try {
            if (transaction.isActive()) {
                transaction.rollback();
            }
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /** Hibernate must not see the failure: it would log as an error what is only a reason to try again. */
    private static <T> T perform(Work<T> work, Connection connection) {
        try {
            return work.on(new Statements(connection));
        } catch (SQLException e) {
            throw new StatementException(e);
        }
    }

    private static RuntimeException translated(Failure failure, RuntimeException e) {
        return switch (failure) {
            case CONTENTION, UNAVAILABLE -> new UnavailableException("the database did not answer in time", e);
            case DUPLICATE -> new DuplicateException(e);
            case DEFECT -> new IllegalStateException("the database refused a statement", e);
        };
    }

    private static void pause(int attempt) {
        LockSupport.parkNanos(attempt * ThreadLocalRandom.current().nextLong(MIN_PAUSE_NANOS, MAX_PAUSE_NANOS));
    }
}
