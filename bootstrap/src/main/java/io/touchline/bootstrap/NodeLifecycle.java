package io.touchline.bootstrap;

import io.touchline.core.ChatNode;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/** Starts the chat node before the web server takes connections, and drains it before the web server stops. */
final class NodeLifecycle implements SmartLifecycle {
    /** Clients are told to go, each at a moment of its own, within this. */
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private final ChatNode node;
    private volatile boolean running;

    NodeLifecycle(ChatNode node) {
        this.node = node;
    }

    @Override
    public void start() {
        node.start();
        running = true;
    }

    @Override
    public void stop() {
        node.drain(DRAIN);
        node.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Higher phases start later and stop earlier. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
