package io.touchline.adapter.websocket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts open connections by the address that they come from. */
final class Addresses {
    private final Map<String, Integer> open = new ConcurrentHashMap<>();
    private final int most;

    Addresses(int most) {
        this.most = most;
    }

    boolean isFull(String address) {
        return open.getOrDefault(address, 0) >= most;
    }

    void enter(String address) {
        open.merge(address, 1, Integer::sum);
    }

    void leave(String address) {
        open.computeIfPresent(address, (from, count) -> count == 1 ? null : count - 1);
    }
}
