package io.touchline.core.inmemory;

import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.UserStore;
import java.time.Clock;
import java.time.Duration;

/**
 * The five storage ports on one data set in memory, for embedding, for tests, and as the reference of what a database
 * adapter does. It holds as much as the heap does, drops nothing, and ends with the process.
 *
 * <p>One lock guards all of it, so that every call is atomic, no draft is ever answered as busy, and nothing waits for
 * longer than another call takes.
 */
public final class InMemoryStorage {
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final InMemoryData data;
    private final InMemoryMessageStore messages;
    private final InMemoryChannelDirectory channels;
    private final InMemoryDeliveryLedger ledger;
    private final InMemoryDeviceStore devices;
    private final InMemoryUserStore users;

    /** An empty one, for the only API node. */
    public InMemoryStorage(Clock clock) {
        this(new InMemoryData(clock), "local", LEASE);
    }

    private InMemoryStorage(InMemoryData data, String owner, Duration lease) {
        this.data = data;
        this.messages = new InMemoryMessageStore(data);
        this.channels = new InMemoryChannelDirectory(data);
        this.ledger = new InMemoryDeliveryLedger(data, owner, lease);
        this.devices = new InMemoryDeviceStore(data);
        this.users = new InMemoryUserStore(data);
    }

    /**
     * The same data, as another API node in this process sees it.
     *
     * @param owner the name under which it claims
     * @param lease how long its claims hold, by the clock
     */
    public InMemoryStorage node(String owner, Duration lease) {
        return new InMemoryStorage(data, owner, lease);
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
