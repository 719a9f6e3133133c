package io.touchline.core;

import io.touchline.core.internal.Outbox;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ClientSocket;
import io.touchline.core.port.Frame;
import io.touchline.core.port.NodeFrames;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One connection of a user on a {@link ChatNode}, as the adapter that holds its socket drives it. No method blocks; all
 * may be called by any thread.
 */
public final class Connection {
    /** How long a client may take to answer a close before it is cut off. */
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(2);

    private static final Duration EXPIRY_NOTICE = Duration.ofMinutes(1);

    private final ChatNode node;
    private final UserId user;
    private final ClientSocket socket;
    private final NodeFrames frames;
    private final Outbox outbox;
    private final String id = UUID.randomUUID().toString();

    private volatile Token token;
    private volatile boolean expiryTold;
    private final AtomicInteger unansweredPings = new AtomicInteger();
    private volatile long lastPing;
    private volatile long closingSince;

    Connection(ChatNode node, Token token, ClientSocket socket, NodeFrames frames) {
        this.node = node;
        this.user = token.user();
        this.socket = socket;
        this.frames = frames;
        this.token = token;
        this.lastPing = System.nanoTime();
        this.outbox = new Outbox(socket, node.settings().maxQueueBytes(), () -> close(CloseCode.TOO_SLOW));
    }

    public UserId user() {
        return user;
    }

    /** The client says how far it is. */
    public void receipt(Map<ChannelId, Long> delivered, Map<ChannelId, Long> read) {
        heard();
        node.receipt(user, delivered, read);
    }

    /** The client asks whether the line is good. */
    public void ping() {
        heard();
        outbox.add(frames.pong());
    }

    /** The client has a fresh token of the same user; one that is revoked closes the connection. */
    public void renewed(Token fresh) {
        heard();
        token = fresh;
        expiryTold = false;
        if (node.isRevoked(fresh)) {
            close(CloseCode.UNAUTHORIZED);
        }
    }

    /** Something came from the client: it is alive. */
    public void heard() {
        unansweredPings.set(0);
    }

    /** Closes the connection. */
    public void close(CloseCode reason) {
        if (beginClosing()) {
            outbox.close();
            socket.close(reason.code(), reason.text());
            node.closing(this, reason);
        }
    }

    /** The socket is gone, whoever ended it. To be called once. */
    public void closed() {
        beginClosing();
        outbox.close();
        node.closed(this);
    }

    private synchronized boolean beginClosing() {
        if (isClosing()) {
            return false;
        }
        closingSince = System.nanoTime() | 1; // never the zero that means open
        return true;
    }

    /** An administrator closes what was opened with a token of before. */
    void closeIfRevoked() {
        if (node.isRevoked(token)) {
            close(CloseCode.FORBIDDEN);
        }
    }

    boolean isClosing() {
        return closingSince != 0;
    }

    /** Takes a frame, to be written by the next {@link #write}; false if it never brings it to its client. */
    boolean queue(Frame frame) {
        outbox.queue(frame);
        return !isClosing();
    }

    void write() {
        outbox.write();
    }

    void ready(String nodeName, Duration heartbeat) {
        outbox.open(frames.ready(user, id, nodeName, heartbeat));
    }

    void sync() {
        outbox.add(frames.sync());
    }

    void goodbye(Duration reconnectAfter) {
        outbox.add(frames.goodbye(reconnectAfter));
        close(CloseCode.GOING_DOWN);
    }

    /** Looks after deadlines; called about once a second. */
    void tick(long nanoTime, Instant now, ChatNodeSettings settings) {
        if (isClosing()) {
            if (nanoTime - closingSince > CLOSE_DEADLINE.toNanos()) {
                socket.terminate();
            }
            return;
        }
        if (outbox.isStuck(nanoTime, settings.writeDeadline())) {
            close(CloseCode.TOO_SLOW);
            socket.terminate();
        } else if (nanoTime - lastPing >= settings.heartbeat().toNanos()) {
            heartbeat(nanoTime);
        }
        checkExpiry(now);
    }

    private void heartbeat(long nanoTime) {
        if (unansweredPings.get() >= 2) {
            close(CloseCode.TOO_SLOW);
        } else {
            unansweredPings.incrementAndGet();
            lastPing = nanoTime;
            socket.ping();
        }
    }

    private void checkExpiry(Instant now) {
        Instant end = token.expiresAt();
        if (end == null || isClosing()) {
            return;
        }
        if (!now.isBefore(end)) {
            close(CloseCode.UNAUTHORIZED);
        } else if (!expiryTold && !now.isBefore(end.minus(EXPIRY_NOTICE))) {
            expiryTold = true;
            outbox.add(frames.expiring(end));
        }
    }
}
