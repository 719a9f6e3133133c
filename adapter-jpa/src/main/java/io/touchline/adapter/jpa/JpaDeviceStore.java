package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.texts;
import static java.util.stream.Collectors.groupingBy;

import io.touchline.core.model.Device;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeviceStore;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.hibernate.StatelessSession;

/** Devices in a table. */
final class JpaDeviceStore implements DeviceStore {
    /** Rows are locked in one order. */
    private static final Comparator<Device> BY_ID =
            Comparator.comparing(Device::user).thenComparing(Device::id);

    private final Transactions transactions;

    JpaDeviceStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void register(Device device) {
        transactions.call(statements -> {
            removeOldest(statements, device);
            takeToken(statements, device);
            return statements.update(
                    """
                    merge into touchline_device d
                    using (select cast(? as varchar) as user_id, cast(? as varchar) as id, cast(? as varchar) as platform,
                        cast(? as varchar) as token, cast(? as varchar) as token_hash) as k
                    on d.user_id = k.user_id and d.id = k.id
                    when matched then update set platform = k.platform, token = k.token, token_hash = k.token_hash,
                        registered_at = current_timestamp
                    when not matched then insert (user_id, id, platform, token, token_hash, registered_at)
                        values (k.user_id, k.id, k.platform, k.token, k.token_hash, current_timestamp)""",
                    device.user().value(),
                    device.id(),
                    device.platform().name(),
                    device.token(),
                    Sha256.hex(device.token()));
        });
    }

    /**
     * Makes room. The user's devices are locked, so that two registrations at once do not add up to too many, and looked
     * at in a later statement: one that waited for a lock does not see the device that the holder added.
     */
    private static void removeOldest(Statements statements, Device device) throws SQLException {
        statements.query(
                "select id from touchline_device where user_id = ? order by id for update",
                row -> true,
                device.user().value());
        List<String> others = statements.query(
                "select id from touchline_device where user_id = ? and id <> ?" + " order by registered_at desc, id",
                row -> row.getString("id"),
                device.user().value(),
                device.id());
        for (String id : others.subList(Math.min(MAX_DEVICES - 1, others.size()), others.size())) {
            statements.update(
                    "delete from touchline_device where user_id = ? and id = ?",
                    device.user().value(),
                    id);
        }
    }

    private static void takeToken(Statements statements, Device device) throws SQLException {
        statements.update(
                "delete from touchline_device where token_hash = ? and not (user_id = ? and id = ?)",
                Sha256.hex(device.token()),
                device.user().value(),
                device.id());
    }

    @Override
    public void remove(UserId user, String device) {
        transactions.inSession(
                session -> session.createMutationQuery("delete from DeviceRow d where d.userId = :user and d.id = :id")
                        .setParameter("user", user.value())
                        .setParameter("id", device)
                        .executeUpdate());
    }

    @Override
    public Map<UserId, List<Device>> devices(Collection<UserId> users) {
        return transactions
                .call(statements -> statements.query(
                        "select user_id, id, platform, token from touchline_device"
                                + " where user_id = any(cast(? as varchar array)) order by user_id, id",
                        row -> new Device(
                                new UserId(row.getString("user_id")),
                                row.getString("id"),
                                Device.Platform.valueOf(row.getString("platform")),
                                row.getString("token")),
                        (Object) texts(users, UserId::value)))
                .stream()
                .collect(groupingBy(Device::user));
    }

    @Override
    public void forget(Collection<Device> dead) {
        transactions.inSession(session -> {
            dead.stream().sorted(BY_ID).forEach(device -> forget(session, device));
            return dead.size();
        });
    }

    private static int forget(StatelessSession session, Device device) {
        return session.createMutationQuery(
                        "delete from DeviceRow d where d.userId = :user and d.id = :id and d.token = :token")
                .setParameter("user", device.user().value())
                .setParameter("id", device.id())
                .setParameter("token", device.token())
                .executeUpdate();
    }
}
