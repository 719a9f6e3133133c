package io.touchline.core.internal;

import io.touchline.core.model.Receipt;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.SocketRouter;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;

/** stub */
public final class Delivering implements AutoCloseable {
    public record Ports(
            MessageStore messages,
            DeliveryLedger ledger,
            DeviceStore devices,
            PresenceRegistry presence,
            SocketRouter router,
            PushNotifier push,
            EventEncoder encoder) {}

    public record Policy(Duration receiptTimeout, Duration pushGrace, boolean pushText) {}

    private final Ports ports;

    public Delivering(Ports ports, Policy policy, ChatObserver observer, Clock clock) {
        this.ports = ports;
    }

    public void start() {}

    public void deliver(AppendResult.Appended appended) {}

    public void acknowledge(Collection<Receipt> receipts) {
        ports.ledger().acknowledge(receipts);
    }

    @Override
    public void close() {}
}
