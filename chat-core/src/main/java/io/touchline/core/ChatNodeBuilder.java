package io.touchline.core;

import io.touchline.core.port.NodeFrames;
import io.touchline.core.port.NodeObserver;
import io.touchline.core.port.PresenceRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts a {@link ChatNode} together. Presence, frames, address and settings must be given. */
public final class ChatNodeBuilder {
    private @Nullable PresenceRegistry presence;
    private @Nullable NodeFrames frames;
    private @Nullable String address;
    private @Nullable ChatNodeSettings settings;
    NodeObserver observer = new NodeObserver() {};
    Clock clock = Clock.systemUTC();
    Duration revocationsWithin = Duration.ZERO;

    ChatNodeBuilder() {}

    public ChatNodeBuilder presence(PresenceRegistry registry) {
        this.presence = registry;
        return this;
    }

    /** How the node's own frames are written. */
    public ChatNodeBuilder frames(NodeFrames encoder) {
        this.frames = encoder;
        return this;
    }

    /** Where API nodes reach it. */
    public ChatNodeBuilder address(String reachableAt) {
        this.address = reachableAt;
        return this;
    }

    public ChatNodeBuilder settings(ChatNodeSettings chosen) {
        this.settings = chosen;
        return this;
    }

    /** Who learns what happens; nobody unless said. */
    public ChatNodeBuilder observer(NodeObserver who) {
        this.observer = who;
        return this;
    }

    /**
     * How long a start waits at most for an API node to tell which tokens are revoked; not at all unless said. Until they
     * are told, such a token is as good as any, though no API node brings it anything.
     */
    public ChatNodeBuilder awaitRevocations(Duration atMost) {
        this.revocationsWithin = atMost;
        return this;
    }

    /** Which clock tells when tokens end; the system's unless said. */
    public ChatNodeBuilder clock(Clock source) {
        this.clock = source;
        return this;
    }

    /** A node that does nothing yet: see {@link ChatNode#start}. */
    public ChatNode build() {
        return new ChatNode(this);
    }

    PresenceRegistry presence() {
        return Objects.requireNonNull(presence, "a chat node needs a presence registry");
    }

    NodeFrames frames() {
        return Objects.requireNonNull(frames, "a chat node needs an encoder for its frames");
    }

    String address() {
        return Objects.requireNonNull(address, "a chat node needs an address");
    }

    ChatNodeSettings settings() {
        return Objects.requireNonNull(settings, "a chat node needs settings");
    }
}
