package io.touchline.adapter.jpa;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

/** What the databases do not say alike: waiting for a lock, and several statements at once. */
enum Dialect {
    POSTGRESQL {
        @Override
        void awaitLocks(Statements statements, Duration wait) throws SQLException {
            statements.query(
                    "select set_config('lock_timeout', ?, true), set_config('statement_timeout', ?, true)",
                    row -> true,
                    wait.toMillis() + "ms",
                    wait.plus(JpaSettings.STATEMENT_TIMEOUT).toMillis() + "ms");
        }

        @Override
        String forUpdateWithin(Duration wait) {
            return " for update";
        }

        @Override
        boolean takesManyStatementsAtOnce() {
            return true;
        }
    },
    H2 {
        @Override
        void awaitLocks(Statements statements, Duration wait) {
            // said by the locking statement itself
        }

        @Override
        String forUpdateWithin(Duration wait) {
            return String.format(Locale.ROOT, " for update wait %.3f", wait.toMillis() / 1e3);
        }

        @Override
        boolean takesManyStatementsAtOnce() {
            return false;
        }
    };

    /** Makes this transaction wait no longer than that for any lock, if it can be told. */
    abstract void awaitLocks(Statements statements, Duration wait) throws SQLException;

    /** The end of a statement that waits for its locks no longer than that. */
    abstract String forUpdateWithin(Duration wait);

    /** Whether statements with parameters can be prepared and run as one, with semicolons between them. */
    abstract boolean takesManyStatementsAtOnce();

    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "PostgreSQL" -> POSTGRESQL;
            case "H2" -> H2;
            default -> throw new IllegalStateException("PostgreSQL or H2 is needed, not " + product);
        };
    }
}
