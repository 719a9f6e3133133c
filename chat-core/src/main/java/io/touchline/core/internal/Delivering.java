package io.touchline.core.internal;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Marks;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeliveryLedger.Moved;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.SocketRouter;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.UserStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Everything behind the log: {@link FanOut} brings new events to their receivers, {@link Acknowledging} takes their
 * receipts, {@link Settling} looks after what stays owed, {@link Announcing} tells those who are away, {@link Withdrawing}
 * takes that back when they have read, and {@link Revoking} closes connections.
 */
public final class Delivering implements AutoCloseable {
    private static final Duration PASS_EVERY = Duration.ofMillis(100);
    private static final Duration WRITE_RECEIPTS_EVERY = Duration.ofMillis(100);
    private static final Duration NOTE_ENDS_EVERY = Duration.ofMillis(100);
    private static final Duration ASK_NODES_EVERY = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT_EVERY = Duration.ofSeconds(1);
    private static final Duration TELL_MARKS_EVERY = Duration.ofSeconds(1);
    private static final Duration LOOK_AT_USERS_EVERY = Duration.ofSeconds(1);
    private static final Duration FINISH_WITHIN = Duration.ofSeconds(3);

    /** What delivering needs from the outside. */
    public record Ports(
            MessageStore messages,
            ChannelDirectory channels,
            DeliveryLedger ledger,
            DeviceStore devices,
            PresenceRegistry presence,
            SocketRouter router,
            PushNotifier push,
            EventEncoder encoder) {}

    /** When a receiver counts as offline, what an announcement says, and how large a channel may be for signals. */
    public record Policy(Duration receiptTimeout, Duration pushGrace, boolean pushText, int maxSignalParticipants) {}

    private final ChatObserver observer;
    private final DeliveryLedger ledger;
    private final PresenceRegistry presence;
    private final String name;
    private final ExecutorService workers = Threads.workers("touchline-delivery");

    /** Nothing that waits for the store may keep the nodes from being asked. */
    private final ScheduledExecutorService timer = Threads.scheduler("touchline-delivery-timer", 8);

    private final MarkSignals signals;
    private final TypingSignals typing;
    private final Sightings sightings;
    private final Acknowledging acknowledging;
    private final FanOut fanOut;
    private final Announcing announcing;
    private final Revoking revoking;
    private final Settling settling;

    public Delivering(Ports ports, UserStore users, Policy policy, ChatObserver observer, Clock clock) {
        this.observer = observer;
        this.ledger = ports.ledger();
        this.presence = ports.presence();
        this.name = ports.router().name();
        Debts debts = new Debts(policy.receiptTimeout());
        this.announcing = new Announcing(ports, debts, observer, policy.pushText(), workers);
        Withdrawing withdrawing = new Withdrawing(ports, announcing::isHeld, observer, workers);
        this.signals = new MarkSignals(ports.encoder(), policy.maxSignalParticipants());
        this.typing = new TypingSignals(ports.encoder(), policy.maxSignalParticipants(), System::nanoTime);
        this.sightings = new Sightings(users, observer, System::nanoTime);
        this.acknowledging = new Acknowledging(
                ports.ledger(),
                sightings::saw,
                moved -> {
                    List<Marks> marks = moved.stream().map(Moved::marks).toList();
                    debts.moved(marks);
                    signals.moved(marks);
                    withdrawing.read(moved);
                },
                observer,
                workers);
        this.fanOut = new FanOut(ports, debts, observer, acknowledging, announcing::gathering, workers);
        this.revoking = new Revoking(users, fanOut.nodes(), clock);
        this.settling = new Settling(ports, policy, debts, fanOut, announcing, observer);
    }

    /** Begins to look after what is owed; chat nodes can know of this one from the start. */
    public void start() {
        heartbeat();
        learnRevocations();
        Threads.repeat(timer, settling::pass, PASS_EVERY, observer::defect);
        Threads.repeat(timer, acknowledging::flush, WRITE_RECEIPTS_EVERY, observer::defect);
        Threads.repeat(timer, announcing::noteEnds, NOTE_ENDS_EVERY, observer::defect);
        Threads.repeat(timer, this::heartbeat, HEARTBEAT_EVERY, observer::defect);
        Threads.repeat(timer, this::askNodes, ASK_NODES_EVERY, observer::defect);
        Threads.repeat(timer, this::tellMarks, TELL_MARKS_EVERY, observer::defect);
        Threads.repeat(timer, this::learnRevocations, LOOK_AT_USERS_EVERY, observer::defect);
        Threads.repeat(timer, sightings::write, LOOK_AT_USERS_EVERY, observer::defect);
    }

    /** Brings a new event to its receivers; returns at once. */
    public void deliver(Appended appended) {
        fanOut.deliver(appended);
        sightings.saw(appended.event().sender());
    }

    /** Shows a channel's other participants that one of them is typing, as far as they are connected. */
    public void typing(ChannelId channel, UserId user) {
        typing.tell(channel, user, fanOut);
    }

    /** Makes a user's tokens worthless, and closes his connections wherever they are. */
    public void revoke(UserId user) {
        revoking.revoke(user);
    }

    /** Whether a token is worth nothing any more. */
    public boolean isRevoked(Token token) {
        return revoking.isRevoked(token);
    }

    /** Takes receipts; durable on return. */
    public void acknowledge(Collection<Receipt> receipts) {
        acknowledging.acknowledge(receipts);
    }

    /**
     * Stops: claims no more, brings what is on its way as far as that takes seconds, and leaves what is owed to others at
     * once. What the push service took is noted before, or whoever holds the channel next would announce it again.
     */
    @Override
    public void close() {
        settling.stop();
        Threads.await(this::isIdle, FINISH_WITHIN); // while the timer still notes what ends
        Threads.stop(timer);
        acknowledging.flush();
        Threads.stop(workers);
        Threads.await(announcing::noteEnds, FINISH_WITHIN);
        fanOut.nodes().leave();
        retire();
        try {
            ledger.handOver();
        } catch (UnavailableException e) {
            observer.storeAway(e); // the lease ends by itself
        }
        sightings.write();
    }

    private boolean isIdle() {
        return fanOut.isIdle() && announcing.isIdle() && acknowledging.isIdle();
    }

    /** Each node once a second, unless it was just asked: half of it, or it would be each second time by a hair. */
    private void askNodes() {
        fanOut.nodes().askForReceipts(ASK_NODES_EVERY.dividedBy(2));
    }

    private void heartbeat() {
        try {
            presence.heartbeat(name);
        } catch (UnavailableException e) {
            observer.presenceAway(e);
        }
    }

    private void retire() {
        try {
            presence.retire(name);
        } catch (UnavailableException e) {
            observer.presenceAway(e); // the lease ends by itself
        }
    }

    private void learnRevocations() {
        try {
            revoking.learn();
        } catch (UnavailableException e) {
            observer.storeAway(e);
        }
    }

    private void tellMarks() {
        try {
            signals.tell(fanOut);
        } catch (UnavailableException e) {
            observer.storeAway(e);
        }
    }
}
