package io.touchline.adapter.jpa;

import io.touchline.adapter.jpa.Statements.RowMapper;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Statements that are sent together and run one after the other, each of which sees what was committed before it began.
 * PostgreSQL gets them in one message and answers in one, other databases get them one at a time.
 */
final class RoundTrip {
    private interface Answer {
        void take(PreparedStatement statement) throws SQLException;
    }

    private record Part(String sql, List<@Nullable Object> values, Answer answer) {}

    private static final Answer NONE = statement -> {};

    private final Statements statements;
    private final Dialect dialect;
    private final List<Part> parts = new ArrayList<>();

    RoundTrip(Statements statements) throws SQLException {
        this.statements = statements;
        this.dialect = statements.dialect();
    }

    /** Adds a query, of which each row is made something of when the answer is there. */
    <T> void query(String sql, RowMapper<T> mapper, Consumer<T> each, @Nullable Object... values) {
        parts.add(new Part(sql, Arrays.asList(values), statement -> {
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    each.accept(mapper.map(rows));
                }
            }
        }));
    }

    void update(String sql, @Nullable Object... values) {
        parts.add(new Part(sql, Arrays.asList(values), NONE));
    }

    void run() throws SQLException {
        if (dialect.takesManyStatementsAtOnce()) {
            runTogether();
        } else {
            for (Part part : parts) {
                try (PreparedStatement statement = statements.prepare(part.sql, part.values.toArray())) {
                    statement.execute();
                    part.answer.take(statement);
                }
            }
        }
    }

    private void runTogether() throws SQLException {
        String sql = parts.stream().map(Part::sql).collect(Collectors.joining(";\n"));
        List<@Nullable Object> values = new ArrayList<>();
        parts.forEach(part -> values.addAll(part.values));
        try (PreparedStatement statement = statements.prepare(sql, values.toArray())) {
            statement.execute();
            for (Part part : parts) {
                part.answer.take(statement);
                statement.getMoreResults();
            }
        }
    }
}
