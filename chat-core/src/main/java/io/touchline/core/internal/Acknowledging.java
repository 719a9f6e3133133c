package io.touchline.core.internal;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeliveryLedger.Moved;
import io.touchline.core.port.UnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Moves marks by receipts, whatever way they came, gathered into one call. */
final class Acknowledging {
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_BATCH = 1_000;
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(1_800);

    private record Key(UserId user, ChannelId channel) {}

    private final DeliveryLedger ledger;
    private final Consumer<UserId> saw;
    private final Consumer<Collection<Moved>> told;
    private final ChatObserver observer;
    private final Lane<Collection<Receipt>, Void> lane;
    private final ReceiptBox gathered = new ReceiptBox(dropped -> {});

    /**
     * @param saw whose receipts came
     * @param told which marks moved, each as it now is
     */
    Acknowledging(
            DeliveryLedger ledger,
            Consumer<UserId> saw,
            Consumer<Collection<Moved>> told,
            ChatObserver observer,
            Executor workers) {
        this.ledger = ledger;
        this.saw = saw;
        this.told = told;
        this.observer = observer;
        this.lane = new Lane<>("receipts", MAX_WAITING, MAX_BATCH, workers, this::acknowledge);
    }

    /** Durable on return. */
    void acknowledge(Collection<Receipt> receipts) {
        lane.call(receipts, ANSWER_WITHIN);
    }

    /** Keeps them for the next {@link #flush}, as far as the box's bounds allow. */
    void take(Collection<Receipt> receipts) {
        for (Receipt receipt : receipts) {
            gathered.add(
                    receipt.user(),
                    Map.of(receipt.channel(), receipt.delivered()),
                    Map.of(receipt.channel(), receipt.read()));
        }
    }

    /**
     * Has what was taken made durable, in one call. What the store does not take is kept for the next time: what was read
     * is said only once, and forwarding again would not bring it.
     */
    void flush() {
        if (!lane.isIdle()) {
            return;
        }
        Collection<Receipt> receipts = gathered.take();
        if (receipts.isEmpty()) {
            return;
        }
        lane.submit(receipts, (done, failure) -> {
            if (failure instanceof UnavailableException away) {
                observer.storeAway(away);
                take(receipts);
            } else if (failure instanceof RuntimeException defect) {
                observer.defect(defect);
            }
        });
    }

    boolean isIdle() {
        return lane.isIdle();
    }

    private List<Void> acknowledge(List<Collection<Receipt>> batch) {
        Map<Key, Receipt> furthest = new LinkedHashMap<>();
        for (Collection<Receipt> receipts : batch) {
            for (Receipt receipt : receipts) {
                furthest.merge(new Key(receipt.user(), receipt.channel()), receipt, Receipt::merge);
            }
        }
        List<Moved> moved = ledger.acknowledge(furthest.values());
        told.accept(moved);
        furthest.keySet().forEach(key -> saw.accept(key.user));
        return Collections.nCopies(batch.size(), null);
    }
}
