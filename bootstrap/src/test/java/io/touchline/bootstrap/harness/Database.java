package io.touchline.bootstrap.harness;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A database of its own on a PostgreSQL server.
 *
 * @param port where nodes reach the server
 * @param dataSource the way of the tests, past every proxy
 */
public record Database(int port, String name, DataSource dataSource) {
    /** Beginnings, since not every end of a transaction is among the statements. */
    private static final String BEGUN = """
            select coalesce(sum(calls), 0) from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database())
            and query like 'BEGIN%'
            """;

    private static final String CALLS = """
            select coalesce(sum(calls), 0) from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database())
            """;

    /** What a node is to be told. */
    public Map<String, String> properties() {
        return Map.of(
                "spring.datasource.url", "jdbc:postgresql://127.0.0.1:" + port + "/" + name,
                "spring.datasource.username", "postgres",
                "spring.datasource.password", "postgres");
    }

    /** The same for nodes that are to reach it by a proxy. */
    public Database behind(FaultProxy proxy) {
        return new Database(proxy.port(), name, dataSource);
    }

    /** Whether anything is still owed to anybody in one of these channels. */
    public boolean owes(Collection<String> channels) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select 1 from touchline_owed where channel = any(?)")) {
            statement.setArray(1, connection.createArrayOf("varchar", channels.toArray()));
            return statement.executeQuery().next();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Which API node looks after what a channel owes; empty if nobody does, or nothing is owed. */
    public Optional<String> holder(String channel) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select owner from touchline_owed where channel = ? and lease_until > current_timestamp")) {
            statement.setString(1, channel);
            ResultSet rows = statement.executeQuery();
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a channel's log so many messages longer, all of one sender, and long ago. */
    public void lengthen(String channel, String sender, int messages) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement("""
                        with grown as (update touchline_channel set last_sequence = last_sequence + ?
                                       where id = ? returning id, last_sequence)
                        insert into touchline_event (channel, sequence, type, sender, created_at, content)
                        select grown.id, n, 2, ?, timestamptz '2020-01-01' + n * interval '20 s', 'number ' || n
                        from grown, generate_series(grown.last_sequence - ? + 1, grown.last_sequence) n
                        """)) {
            insert.setInt(1, messages);
            insert.setString(2, channel);
            insert.setString(3, sender);
            insert.setInt(4, messages);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on, statements can be counted. */
    public void watch() {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create extension if not exists pg_stat_statements");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many transactions have been begun here so far. */
    public long transactions() {
        return count(BEGUN);
    }

    /** How many statements have been executed here so far, those that begin and end transactions included. */
    public long statements() {
        return count(CALLS);
    }

    private long count(String query) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
