package io.touchline.core.internal;

import io.touchline.core.model.Receipt;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.SocketRouter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Everything behind the log: {@link FanOut} brings new events to their receivers, {@link Acknowledging} takes their
 * receipts, {@link Settling} looks after what stays owed, and {@link Announcing} tells those who are away.
 */
public final class Delivering implements AutoCloseable {
    private static final Duration PASS_EVERY = Duration.ofMillis(100);
    private static final Duration ASK_NODES_EVERY = Duration.ofSeconds(1);

    /** What delivering needs from the outside. */
    public record Ports(
            MessageStore messages,
            DeliveryLedger ledger,
            DeviceStore devices,
            PresenceRegistry presence,
            SocketRouter router,
            PushNotifier push,
            EventEncoder encoder) {}

    /** When a receiver counts as offline, and what an announcement says. */
    public record Policy(Duration receiptTimeout, Duration pushGrace, boolean pushText) {}

    private final ChatObserver observer;
    private final ExecutorService workers = Threads.workers("touchline-delivery");
    private final ScheduledExecutorService timer = Threads.scheduler("touchline-delivery-timer", 2);
    private final Acknowledging acknowledging;
    private final FanOut fanOut;
    private final Settling settling;

    public Delivering(Ports ports, Policy policy, ChatObserver observer) {
        this.observer = observer;
        Debts debts = new Debts(policy.receiptTimeout());
        this.acknowledging = new Acknowledging(ports.ledger(), debts, observer, workers);
        this.fanOut = new FanOut(ports, debts, observer, acknowledging, workers);
        Announcing announcing = new Announcing(ports, debts, observer, policy.pushText(), workers);
        this.settling = new Settling(ports, policy, debts, fanOut, announcing, observer);
    }

    /** Begins to look after what is owed. */
    public void start() {
        Threads.repeat(timer, settling::pass, PASS_EVERY, observer::defect);
        Threads.repeat(timer, this::askNodes, ASK_NODES_EVERY, observer::defect);
    }

    /** Brings a new event to its receivers; returns at once. */
    public void deliver(Appended appended) {
        fanOut.deliver(appended);
    }

    /** Takes receipts; durable on return. */
    public void acknowledge(Collection<Receipt> receipts) {
        acknowledging.acknowledge(receipts);
    }

    /** Stops; what is owed stays owed. */
    @Override
    public void close() {
        timer.shutdownNow();
        Threads.stop(workers);
    }

    private void askNodes() {
        fanOut.nodes().refresh();
        fanOut.nodes().askForReceipts(ASK_NODES_EVERY);
    }
}
