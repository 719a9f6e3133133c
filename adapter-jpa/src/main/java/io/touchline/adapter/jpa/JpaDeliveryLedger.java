package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.numbers;
import static io.touchline.adapter.jpa.Statements.texts;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Period;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeliveryLedger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who is owed what, told from marks, periods and events. */
final class JpaDeliveryLedger implements DeliveryLedger {
    /**
     * The events of one period that are unsettled for one participant. One lower bound, not several: the key is then read
     * from where the unsettled begin, however long the channel has owed.
     */
    private static final String UNSETTLED = """
            touchline_event e where e.channel = m.channel
                and e.sequence >= greatest(p.first_sequence, m.delivered_to + 1, m.ended_to + 1, %s)
                and e.sequence <= coalesce(p.last_sequence, %d) and e.sender <> m.user_id""";

    private static final String PERIODS = " from touchline_marks m"
            + " join touchline_participant p on p.channel = m.channel and p.user_id = m.user_id where m.channel = ";

    /** Looks for each participant by himself: joined as a whole, all events since the debt began would be gone through. */
    private static final String OWED = """
            select s.user_id, min(s.first_sequence) as first_sequence, max(s.last_sequence) as last_sequence,
                sum(s.messages) as messages, max(s.last_message) as last_message, s.muted
            from (select m.user_id, coalesce(m.muted_until > current_timestamp, false) as muted,
                    (select min(e.sequence) from %1$s) as first_sequence,
                    (select max(e.sequence) from %1$s) as last_sequence,
                    cardinality(array(select e.sequence from %1$s and e.type = %2$d and not e.deleted
                        fetch first %4$d rows only)) as messages,
                    (select max(e.sequence) from %1$s and e.type = %2$d and not e.deleted) as last_message
                %3$s ? and m.user_id > ?) s
            group by s.user_id, s.muted having min(s.first_sequence) is not null
            order by s.user_id fetch first ? rows only""";

    private static final String WITHOUT_DEBTS =
            """
            select o.channel from touchline_owed o where o.channel = any(cast(? as varchar array))
                and not exists (select 1 %2$s o.channel
                    and (select min(e.sequence) from %1$s) is not null)""".formatted(UNSETTLED.formatted("o.from_sequence", Period.OPEN), PERIODS);

    /** The owner of what was handed over. */
    private static final String NOBODY = "";

    private final Transactions transactions;
    private final JpaSettings settings;

    JpaDeliveryLedger(Transactions transactions, JpaSettings settings) {
        this.transactions = transactions;
        this.settings = settings;
    }

    @Override
    public Duration lease() {
        return settings.lease();
    }

    @Override
    public List<Moved> acknowledge(Collection<Receipt> receipts) {
        if (receipts.isEmpty()) {
            return List.of();
        }
        Map<Seat, Receipt> merged = receipts.stream()
                .collect(Collectors.toMap(
                        receipt -> new Seat(receipt.channel(), receipt.user()), Function.identity(), Receipt::merge));
        return transactions.call(statements -> new MarkRows(statements).move(merged));
    }

    @Override
    public List<Claim> claim(int limit) {
        record Owed(Claim claim, String owner) {}
        return transactions.call(statements -> {
            List<Claim> claims = statements
                    .query("""
                            select channel, from_sequence, fence, attempts, owner,
                                (select c.last_sequence from touchline_channel c where c.id = channel) as last_sequence
                            from touchline_owed
                            where owner = ? or lease_until < current_timestamp
                            order by owed_since, channel fetch first ? rows only for update skip locked""", row -> new Owed(readClaim(row), row.getString("owner")), settings.owner(), limit)
                    .stream()
                    .map(owed -> isOurs(owed.owner) ? owed.claim : next(owed.claim, owed.owner))
                    .toList();
            if (!claims.isEmpty()) {
                take(statements, claims);
            }
            return claims;
        });
    }

    private static Claim readClaim(ResultSet row) throws SQLException {
        return new Claim(
                new ChannelId(row.getString("channel")),
                row.getLong("from_sequence"),
                row.getLong("last_sequence"),
                row.getLong("fence"),
                row.getInt("attempts"));
    }

    private boolean isOurs(String owner) {
        return owner.equals(settings.owner());
    }

    private static Claim next(Claim claim, String before) {
        int attempts = before.equals(NOBODY) ? claim.attempts() : claim.attempts() + 1;
        return new Claim(claim.channel(), claim.from(), claim.last(), claim.fence() + 1, attempts);
    }

    private void take(Statements statements, List<Claim> claims) throws SQLException {
        statements.update(
                """
                merge into touchline_owed o
                using (select * from unnest(cast(? as varchar array), cast(? as bigint array), cast(? as bigint array))
                    as k(channel, fence, attempts)) as k
                on o.channel = k.channel
                when matched then update set fence = k.fence, attempts = k.attempts, owner = cast(? as varchar),
                    lease_until = current_timestamp + cast(? as bigint) * interval '0.001' second""",
                texts(claims, Claim::channel),
                numbers(claims, Claim::fence),
                numbers(claims, claim -> (long) claim.attempts()),
                settings.owner(),
                settings.lease().toMillis());
    }

    @Override
    public List<Unsettled> unsettled(Claim claim, @Nullable UserId after, int limit) {
        record Row(
                UserId user,
                long first,
                long last,
                int messages,
                @Nullable Long lastMessage,
                boolean muted) {}
        return transactions.call(statements -> {
            List<Row> rows = statements.query(
                    OWED.formatted(
                            UNSETTLED.formatted(claim.from(), Period.OPEN),
                            EventRow.Type.MESSAGE.code,
                            PERIODS,
                            MAX_COUNTED),
                    row -> new Row(
                            new UserId(row.getString("user_id")),
                            row.getLong("first_sequence"),
                            row.getLong("last_sequence"),
                            Math.min(row.getInt("messages"), MAX_COUNTED),
                            Statements.number(row, "last_message"),
                            row.getBoolean("muted")),
                    claim.channel().value(),
                    after == null ? "" : after.value(),
                    limit);
            Set<Long> newest = new HashSet<>();
            rows.stream().filter(row -> row.lastMessage != null).forEach(row -> newest.add(row.lastMessage));
            Map<Long, Event> messages = new HashMap<>();
            new Reader(statements)
                    .events(newest.stream()
                            .map(s -> Reader.only(claim.channel(), s))
                            .toList())
                    .forEach(event -> messages.put(event.sequence(), event));
            return rows.stream()
                    .map(row -> new Unsettled(
                            row.user,
                            row.first,
                            row.last,
                            row.messages,
                            row.lastMessage == null ? null : messages.get(row.lastMessage),
                            row.muted))
                    .toList();
        });
    }

    @Override
    public void end(Collection<Settlement> settlements) {
        if (settlements.isEmpty()) {
            return;
        }
        Set<Claim> claims = settlements.stream().map(Settlement::claim).collect(Collectors.toSet());
        transactions.call(statements -> {
            Set<Claim> held = held(statements, claims, "for update");
            List<Settlement> ours = settlements.stream()
                    .filter(settlement -> held.contains(settlement.claim()))
                    .toList();
            new MarkRows(statements).end(ours);
            return true;
        });
    }

    /** Those of the claims that are still ours, which they stay until the transaction ends. */
    private Set<Claim> held(Statements statements, Collection<Claim> claims, String lock) throws SQLException {
        record Hold(ChannelId channel, long fence) {}
        Set<Hold> held = Set.copyOf(statements.query(
                "select channel, fence from touchline_owed"
                        + " where channel = any(cast(? as varchar array)) and owner = ? order by channel " + lock,
                row -> new Hold(new ChannelId(row.getString("channel")), row.getLong("fence")),
                texts(claims, Claim::channel),
                settings.owner()));
        return claims.stream()
                .filter(claim -> held.contains(new Hold(claim.channel(), claim.fence())))
                .collect(Collectors.toSet());
    }

    /**
     * The channel's lock comes first, and the look at what is unsettled in a later statement: an append that was under
     * way has either committed and is seen, or will find the debt gone and note it anew.
     */
    @Override
    public Set<ChannelId> settle(Collection<Claim> claims) {
        if (claims.isEmpty()) {
            return Set.of();
        }
        return transactions.call(statements -> {
            List<String> locked = statements.query(
                    "select id from touchline_channel where id = any(cast(? as varchar array))"
                            + " order by id for update skip locked",
                    row -> row.getString("id"),
                    (Object) texts(claims, Claim::channel));
            Set<ChannelId> held = held(
                            statements,
                            claims.stream()
                                    .filter(claim ->
                                            locked.contains(claim.channel().value()))
                                    .toList(),
                            "for update skip locked") // once what ends there is noted it is settled again
                    .stream()
                    .map(Claim::channel)
                    .collect(Collectors.toSet());
            Set<ChannelId> settled = held.isEmpty() ? Set.of() : withoutDebts(statements, held);
            if (!settled.isEmpty()) {
                statements.update("delete from touchline_owed where channel = any(cast(? as varchar array))", (Object)
                        texts(settled, Function.identity()));
            }
            if (held.size() > settled.size()) {
                statements.update(
                        "update touchline_owed set attempts = 0"
                                + " where channel = any(cast(? as varchar array)) and attempts > 0",
                        (Object) texts(held, Function.identity()));
            }
            return settled;
        });
    }

    @Override
    public void handOver() {
        transactions.call(statements -> statements.update(
                "update touchline_owed set owner = ?, lease_until = current_timestamp - interval '1' second"
                        + " where owner = ?",
                NOBODY,
                settings.owner()));
    }

    private static Set<ChannelId> withoutDebts(Statements statements, Set<ChannelId> channels) throws SQLException {
        return Set.copyOf(statements.query(WITHOUT_DEBTS, row -> new ChannelId(row.getString("channel")), (Object)
                texts(channels, Function.identity())));
    }
}
