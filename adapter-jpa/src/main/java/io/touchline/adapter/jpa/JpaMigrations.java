package io.touchline.adapter.jpa;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Makes and upgrades the tables. Everything is called {@code touchline_…}, the history of migrations too, so that they
 * can live in a host's database beside its own tables and its own migrations.
 */
public final class JpaMigrations {
    private JpaMigrations() {}

    /**
     * Brings the default schema of the connections up to date. Several processes may do so at once: one works, the
     * others wait. Blocks; PostgreSQL 15 or later and H2 2.4 or later.
     *
     * @throws FlywayException if the database cannot be reached or a migration fails
     */
    public static void migrate(DataSource dataSource) {
        Flyway flyway = Flyway.configure(JpaMigrations.class.getClassLoader())
                .dataSource(dataSource)
                .locations("classpath:io/touchline/adapter/jpa/migration")
                .failOnMissingLocations(true)
                .table("touchline_schema_history")
                // A host's schema is not empty. Version 0 is before our first, so that nothing of ours is skipped.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .placeholders(placeholders(dialect(dataSource)))
                .load();
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            // Of two that begin at once, one may fail to make the history that the other just made; now it is there.
            flyway.migrate();
        }
    }

    /** H2 compares as Java does unless told otherwise, and knows no partial indexes: their lines become comments. */
    private static Map<String, String> placeholders(Dialect dialect) {
        boolean isH2 = dialect == Dialect.H2;
        return Map.of(
                "bytewise", isH2 ? "" : "collate \"C\"",
                "partial", isH2 ? "-- " : "",
                "epoch", UUID.randomUUID().toString());
    }

    private static Dialect dialect(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            return Dialect.of(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be reached for its migrations", e);
        }
    }
}
