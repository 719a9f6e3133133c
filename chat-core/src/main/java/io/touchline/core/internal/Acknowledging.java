package io.touchline.core.internal;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Marks;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger;
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
    private static final int MAX_GATHERED = 20_000;
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(1_800);

    private record Key(UserId user, ChannelId channel) {}

    private final DeliveryLedger ledger;
    private final Consumer<Collection<Marks>> told;
    private final ChatObserver observer;
    private final Lane<Collection<Receipt>, Void> lane;
    private Map<Key, Receipt> gathered = new LinkedHashMap<>();

    /** @param told which marks moved, each as it now is */
    Acknowledging(DeliveryLedger ledger, Consumer<Collection<Marks>> told, ChatObserver observer, Executor workers) {
        this.ledger = ledger;
        this.told = told;
        this.observer = observer;
        this.lane = new Lane<>("receipts", MAX_WAITING, MAX_BATCH, workers, this::acknowledge);
    }

    /** Durable on return. */
    void acknowledge(Collection<Receipt> receipts) {
        lane.call(receipts, ANSWER_WITHIN);
    }

    /**
     * Keeps them for the next {@link #flush}. Receipts past the bound, and those that the store does not take then, are
     * lost: what they covered is forwarded again.
     */
    synchronized void take(Collection<Receipt> receipts) {
        for (Receipt receipt : receipts) {
            Key key = new Key(receipt.user(), receipt.channel());
            if (gathered.size() < MAX_GATHERED || gathered.containsKey(key)) {
                gathered.merge(key, receipt, Receipt::merge);
            }
        }
    }

    /** Has what was taken made durable, in one call. */
    void flush() {
        Collection<Receipt> receipts = gathered();
        if (receipts.isEmpty()) {
            return;
        }
        lane.submit(receipts, (done, failure) -> {
            if (failure instanceof UnavailableException away) {
                observer.storeAway(away);
            } else if (failure instanceof RuntimeException defect) {
                observer.defect(defect);
            }
        });
    }

    private synchronized Collection<Receipt> gathered() {
        Collection<Receipt> taken = gathered.values();
        gathered = new LinkedHashMap<>();
        return taken;
    }

    private List<Void> acknowledge(List<Collection<Receipt>> batch) {
        Map<Key, Receipt> furthest = new LinkedHashMap<>();
        for (Collection<Receipt> receipts : batch) {
            for (Receipt receipt : receipts) {
                furthest.merge(new Key(receipt.user(), receipt.channel()), receipt, Receipt::merge);
            }
        }
        List<Marks> moved = ledger.acknowledge(furthest.values());
        told.accept(moved);
        return Collections.nCopies(batch.size(), null);
    }
}
