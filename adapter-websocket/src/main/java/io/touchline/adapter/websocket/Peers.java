package io.touchline.adapter.websocket;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The API nodes that talk to this chat node. Each asks about once a second even when it has nothing to bring, so that one
 * that falls silent without taking leave died or is cut off, perhaps with something still on its way here.
 */
final class Peers {
    /** How often {@link #look} is to be called. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final Duration SILENCE = Duration.ofSeconds(3);

    /** Who looks so late stood still himself. */
    private static final Duration LATE = Duration.ofSeconds(2);

    /** Far more than there are; who knows the secret and still makes up names is not to fill the memory. */
    private static final int MAX_PEERS = 10_000;

    private final Map<String, Long> heard = new ConcurrentHashMap<>();
    private final Runnable lost;
    private volatile long looked;

    /** @param lost called when one or more fell silent */
    Peers(Runnable lost, long nanoTime) {
        this.lost = lost;
        this.looked = nanoTime;
    }

    void heard(String peer, long nanoTime) {
        if (heard.size() < MAX_PEERS) {
            heard.put(peer, nanoTime);
        } else {
            heard.replace(peer, nanoTime);
        }
    }

    void left(String peer) {
        heard.remove(peer);
    }

    /** Looks who fell silent. If it was this process that stood still, nobody is to blame for silence. */
    void look(long nanoTime) {
        if (nanoTime - looked > LATE.toNanos()) {
            heard.replaceAll((peer, time) -> nanoTime);
        }
        looked = nanoTime;
        if (heard.values().removeIf(time -> nanoTime - time > SILENCE.toNanos())) {
            lost.run();
        }
    }
}
