package io.touchline.adapter.jpa;

import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.UserStore;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import org.hibernate.SessionFactory;

/**
 * The chat's stores on PostgreSQL (15 or later) or H2 (2.4 or later, one process), by Hibernate. The tables are made by
 * {@link JpaMigrations}; the persistence unit must know the {@link #entities}, and needs neither a cache nor schema
 * generation.
 *
 * <p>All methods of the stores block, and may be called by any thread; each runs in transactions of its own, which must
 * be READ COMMITTED, the default of both databases. How long they block is for the data source to say, as nothing else
 * can: let the pool give up on a connection within 2 s, give the driver connect and socket timeouts, and begin
 * connections with {@link JpaSettings#POSTGRESQL_INITIAL_SQL}. What then does not answer becomes an
 * {@link io.touchline.core.port.UnavailableException}; deadlocks and the like are tried again before. On H2 in a file,
 * {@code WRITE_DELAY=0} keeps acknowledged commits through a crash.
 *
 * <p>When a database has been restored to an earlier point in time, clients must learn of it: give the one row of
 * {@code touchline_epoch} another id before the first API node starts.
 */
public final class JpaStorage {
    private final JpaMessageStore messages;
    private final JpaChannelDirectory channels;
    private final JpaDeliveryLedger ledger;
    private final JpaDeviceStore devices;
    private final JpaUserStore users;

    /** The factory stays the caller's to close. */
    public JpaStorage(EntityManagerFactory factory, JpaSettings settings) {
        Transactions transactions = new Transactions(factory.unwrap(SessionFactory.class));
        messages = new JpaMessageStore(transactions, settings);
        channels = new JpaChannelDirectory(transactions);
        ledger = new JpaDeliveryLedger(transactions, settings);
        devices = new JpaDeviceStore(transactions);
        users = new JpaUserStore(transactions);
    }

    /** What the persistence unit must know. */
    public static List<Class<?>> entities() {
        return List.of(DeviceRow.class);
    }

    public MessageStore messages() {
        return messages;
    }

    public ChannelDirectory channels() {
        return channels;
    }

    public DeliveryLedger ledger() {
        return ledger;
    }

    public DeviceStore devices() {
        return devices;
    }

    public UserStore users() {
        return users;
    }
}
