package io.touchline.core.internal;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Receipts that wait on a chat node until an API node takes them: the furthest of each user and channel. Bounded; past
 * the bound the newest is dropped, which costs a repeated delivery, after which the client acknowledges again. A user has
 * a bound of his own, so that one who names channels without end costs nobody else.
 */
public final class ReceiptBox {
    private static final int MAX_WAITING = 200_000;
    private static final int MAX_WAITING_OF_USER = 2_000;
    private static final int MAX_TAKEN = 5_000;

    private record Key(UserId user, ChannelId channel) {}

    private final Map<Key, Receipt> waiting = new LinkedHashMap<>();
    private final Map<UserId, Integer> waitingOf = new HashMap<>();
    private final IntConsumer dropped;

    /** @param dropped told how many receipts were dropped */
    public ReceiptBox(IntConsumer dropped) {
        this.dropped = dropped;
    }

    /** Keeps what a client says. */
    public void add(UserId user, Map<ChannelId, Long> delivered, Map<ChannelId, Long> read) {
        int lost = 0;
        synchronized (this) {
            for (Map.Entry<ChannelId, Long> entry : delivered.entrySet()) {
                lost += add(new Receipt(user, entry.getKey(), entry.getValue(), 0));
            }
            for (Map.Entry<ChannelId, Long> entry : read.entrySet()) {
                lost += add(new Receipt(user, entry.getKey(), 0, entry.getValue()));
            }
        }
        if (lost > 0) {
            dropped.accept(lost);
        }
    }

    /** Takes the oldest of them out. */
    public synchronized List<Receipt> take() {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Receipt> taken = new ArrayList<>(Math.min(waiting.size(), MAX_TAKEN));
        Iterator<Receipt> oldest = waiting.values().iterator();
        while (oldest.hasNext() && taken.size() < MAX_TAKEN) {
            Receipt receipt = oldest.next();
            oldest.remove();
            waitingOf.computeIfPresent(receipt.user(), (user, count) -> count == 1 ? null : count - 1);
            taken.add(receipt);
        }
        return taken;
    }

    private int add(Receipt receipt) {
        Key key = new Key(receipt.user(), receipt.channel());
        if (!waiting.containsKey(key)) {
            if (waiting.size() >= MAX_WAITING || waitingOf.getOrDefault(receipt.user(), 0) >= MAX_WAITING_OF_USER) {
                return 1;
            }
            waitingOf.merge(receipt.user(), 1, Integer::sum);
        }
        waiting.merge(key, receipt, Receipt::merge);
        return 0;
    }
}
