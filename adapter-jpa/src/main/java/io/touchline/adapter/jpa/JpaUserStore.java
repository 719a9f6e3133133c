package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.texts;
import static java.util.stream.Collectors.toMap;

import io.touchline.core.model.UserId;
import io.touchline.core.port.UserStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** What is kept of users, in two small tables: a row each for who was ever seen, and for whose tokens were ever revoked. */
final class JpaUserStore implements UserStore {
    private final Transactions transactions;

    JpaUserStore(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Rows are written in one order, so that two API nodes which saw the same users wait for each other and no more. */
    @Override
    public void seen(Collection<UserId> users) {
        transactions.call(statements ->
                statements.update("""
                merge into touchline_seen s
                using (select k.user_id from unnest(cast(? as varchar array)) as k(user_id) order by k.user_id) as k
                on s.user_id = k.user_id
                when matched and s.seen_at <= current_timestamp - cast(? as bigint) * interval '0.001' second
                    then update set seen_at = current_timestamp
                when not matched then insert (user_id, seen_at) values (k.user_id, current_timestamp)""", texts(new TreeSet<>(users), Function.identity()), SEEN_EVERY.toMillis()));
    }

    @Override
    public List<Acquaintance> acquaintances(UserId user, Collection<UserId> asked) {
        return transactions.call(statements -> statements.query(
                """
                select k.user_id, s.seen_at
                from unnest(cast(? as varchar array)) as k(user_id)
                left join touchline_seen s on s.user_id = k.user_id
                where k.user_id = ? or exists (
                    select 1 from touchline_participant p
                    join touchline_participant o on o.channel = p.channel and o.user_id = ? and o.last_sequence is null
                    where p.user_id = k.user_id and p.last_sequence is null)""",
                JpaUserStore::acquaintance,
                texts(new TreeSet<>(asked), Function.identity()),
                user.value(),
                user.value()));
    }

    private static Acquaintance acquaintance(ResultSet row) throws SQLException {
        return new Acquaintance(
                new UserId(row.getString("user_id")),
                row.getObject("seen_at") == null ? null : Statements.instant(row, "seen_at"));
    }

    @Override
    public Instant revoke(UserId user) {
        return transactions.call(statements -> {
            statements.update("""
                    merge into touchline_revoked r
                    using (select cast(? as varchar) as user_id) as k
                    on r.user_id = k.user_id
                    when matched then update set revoked_at = greatest(r.revoked_at, current_timestamp)
                    when not matched then insert (user_id, revoked_at) values (k.user_id, current_timestamp)""", user.value());
            return statements
                    .query(
                            "select revoked_at from touchline_revoked where user_id = ?",
                            row -> Statements.instant(row, "revoked_at"),
                            user.value())
                    .get(0);
        });
    }

    @Override
    public Map<UserId, Instant> revocations(Instant from) {
        record Revocation(UserId user, Instant time) {}
        return transactions
                .call(statements -> statements.query(
                        "select user_id, revoked_at from touchline_revoked where revoked_at >= ?",
                        row -> new Revocation(
                                new UserId(row.getString("user_id")), Statements.instant(row, "revoked_at")),
                        from))
                .stream()
                .collect(toMap(Revocation::user, Revocation::time));
    }
}
