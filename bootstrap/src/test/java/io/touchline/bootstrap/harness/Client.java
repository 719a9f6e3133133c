package io.touchline.bootstrap.harness;

import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One connection of a user, which behaves as the contract asks: it reads the log when it has connected, when it is told
 * to and when a gap stands, and says about once a second how far it is. What it has seen outlives the connection, as in
 * an app: {@link #connect} may be called again, to another node too.
 *
 * <p>Each client is used by one test thread.
 */
public final class Client implements AutoCloseable {
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(20);
    private static final long TICK_MILLIS = 1_000;
    private static final int ABNORMAL = 1006;
    private static final int UNAVAILABLE = 503;
    private static final long BACK_OFF_MILLIS = 200;
    private static final Executor RECONNECTS = Executors.newCachedThreadPool(Client::daemon);
    private static final ScheduledExecutorService CLOCK = Executors.newScheduledThreadPool(2, Client::daemon);

    private final String user;
    private final Rest rest;
    private final boolean acknowledges;

    private final Map<String, TreeMap<Long, JsonNode>> logs = new HashMap<>();
    private final Map<String, Long> bases = new HashMap<>();
    private long frames;
    private long syncs;
    private final List<JsonNode> typing = new ArrayList<>();
    private @Nullable Line line;
    private volatile List<Node> roams = List.of();

    private Client(String user, Rest rest, boolean acknowledges) {
        this.user = user;
        this.rest = rest;
        this.acknowledges = acknowledges;
    }

    /** A client that is not connected yet, and reads the log at that API node. */
    public static Client of(String user, Node api) {
        return new Client(user, api.as(user), true);
    }

    /** One that never sends a receipt. */
    public static Client silent(String user, Node api) {
        return new Client(user, api.as(user), false);
    }

    /** One that is told its token. */
    public static Client of(String user, Rest rest) {
        return new Client(user, rest, true);
    }

    /** Connects; from the return on, what is sent to the user reaches this client. */
    public Client connect(Node socket) {
        return connect(socket, Tokens.of(user));
    }

    public Client connect(Node socket, String token) {
        Line fresh = new Line();
        synchronized (this) {
            line = fresh;
        }
        fresh.socket = Rest.HTTP
                .newWebSocketBuilder()
                .connectTimeout(CONNECT_DEADLINE)
                .header("Authorization", "Bearer " + token)
                .buildAsync(socket.socketUri(), fresh)
                .orTimeout(CONNECT_DEADLINE.toSeconds(), TimeUnit.SECONDS)
                .join();
        fresh.ready.orTimeout(CONNECT_DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
        catchUp();
        fresh.tickLater();
        return this;
    }

    /**
     * From now on it connects again by itself whenever a node ends the connection, when it is told to and to the next of
     * these, round and round, until it is closed.
     */
    public Client roam(List<Node> nodes) {
        roams = nodes;
        return this;
    }

    private void connectAgain(long millis, int number) {
        if (roams.isEmpty()) {
            return;
        }
        Node next = roams.get(number % roams.size());
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, RECONNECTS)
                .execute(() -> {
                    try {
                        connect(next);
                    } catch (AssertionError | RuntimeException e) {
                        connectAgain(BACK_OFF_MILLIS, number + 1); // it, or the API node, takes nobody now
                    }
                });
    }

    /** Reads what is missing in the channels that this client knows, and learns of those that it does not know. */
    public void catchUp() {
        boolean more;
        do {
            JsonNode answer = missed().expect(200).json();
            answer.get("events").forEach(this::take);
            answer.get("channels").forEach(this::meet);
            more = answer.get("more").asBoolean();
        } while (more);
    }

    /** Asks again while it is told that it cannot be done just now. */
    private Answer missed() {
        List<Answer> answers = new ArrayList<>();
        Await.until("the log to be readable", Await.SOON, () -> {
            answers.add(rest.post("/sync", Map.of("channels", heads())));
            return answers.get(answers.size() - 1).status() != UNAVAILABLE;
        });
        return answers.get(answers.size() - 1);
    }

    private void meet(JsonNode head) {
        String channel = head.get("channel").asString();
        if (head(channel) < head.get("lastSequence").asLong()) {
            List<JsonNode> events = rest.events(channel, head(channel));
            begin(channel, events.get(0).get("sequence").asLong());
            events.forEach(this::take);
        }
    }

    /** What was before the first that may be read is nothing to wait for. */
    private synchronized void begin(String channel, long first) {
        if (head(channel) == 0) {
            bases.put(channel, first - 1);
        }
    }

    /** Waits for an event of a channel; as it first came. */
    public JsonNode await(String channel, long sequence) {
        return await(channel, sequence, Await.SOON);
    }

    public JsonNode await(String channel, long sequence, Duration atMost) {
        Await.until(
                () -> this + " to have " + channel + " " + sequence + ", has up to " + head(channel),
                atMost,
                () -> event(channel, sequence) != null);
        return event(channel, sequence);
    }

    /** Waits for everything of a channel up to a sequence. */
    public void awaitAll(String channel, long sequence) {
        awaitAll(channel, sequence, Await.SOON);
    }

    public void awaitAll(String channel, long sequence, Duration atMost) {
        Await.until(
                () -> this + " to have all of " + channel + " up to " + sequence + ", has up to " + head(channel),
                atMost,
                () -> head(channel) >= sequence);
    }

    /** Waits until the node has ended the connection; the close code. */
    public int awaitClose() {
        return line().closed.orTimeout(Await.SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** The event, if it has come. */
    public synchronized @Nullable JsonNode event(String channel, long sequence) {
        return logs.getOrDefault(channel, new TreeMap<>()).get(sequence);
    }

    /** Up to which sequence this client has everything of a channel; 0 for nothing. */
    public synchronized long head(String channel) {
        TreeMap<Long, JsonNode> log = logs.getOrDefault(channel, new TreeMap<>());
        long head = bases.getOrDefault(channel, 0L);
        while (log.containsKey(head + 1)) {
            head++;
        }
        bases.put(channel, head);
        return head;
    }

    /** Whether something came of which what was before has not. */
    private synchronized boolean hasGap() {
        return logs.entrySet().stream().anyMatch(log -> log.getValue().lastKey() > head(log.getKey()));
    }

    private synchronized Map<String, Long> heads() {
        Map<String, Long> heads = new LinkedHashMap<>();
        logs.keySet().forEach(channel -> heads.put(channel, head(channel)));
        return heads;
    }

    /** How many frames have come over sockets. */
    public synchronized long frames() {
        return frames;
    }

    /** How often it was told that it may have missed something. */
    public synchronized long syncs() {
        return syncs;
    }

    /** The signals that somebody is typing, as they came. */
    public synchronized List<JsonNode> typing() {
        return List.copyOf(typing);
    }

    /** Sends a frame. */
    public void say(Object frame) {
        Line to = line();
        to.send(() -> to.socket.sendText(Json.write(frame), true));
    }

    private void take(JsonNode event) {
        synchronized (this) {
            logs.computeIfAbsent(event.get("channel").asString(), channel -> new TreeMap<>())
                    .putIfAbsent(event.get("sequence").asLong(), event);
        }
    }

    private synchronized Line line() {
        if (line == null) {
            throw new IllegalStateException(this + " was never connected");
        }
        return line;
    }

    /** Closes the connection properly, and waits until the node has closed it too. */
    public void disconnect() {
        Line last = line();
        last.send(() -> last.socket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
        awaitClose();
    }

    /** Drops the connection if there is one. */
    @Override
    public synchronized void close() {
        roams = List.of();
        if (line != null && line.socket != null) {
            line.socket.abort();
            line.closed.complete(ABNORMAL);
        }
    }

    @Override
    public String toString() {
        return "client of " + user;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "clients");
        thread.setDaemon(true);
        return thread;
    }

    /** One connection. */
    private final class Line implements WebSocket.Listener {
        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
        private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
        private boolean gapSeen;
        private volatile boolean behind;
        private volatile long reconnectAfter = BACK_OFF_MILLIS;
        private volatile WebSocket socket;

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                JsonNode frame = Json.read(text.toString());
                text.setLength(0);
                take(frame);
            }
            from.request(1);
            return null;
        }

        private void take(JsonNode frame) {
            synchronized (Client.this) {
                frames++;
            }
            if (frame.has("sequence")) {
                acknowledged.remove(frame.get("channel").asString()); // what comes again is acknowledged again
                Client.this.take(frame);
                return;
            }
            switch (frame.get("type").asString()) {
                case "ready" -> ready.complete(null);
                case "typing" -> {
                    synchronized (Client.this) {
                        typing.add(frame);
                    }
                }
                case "goodbye" -> reconnectAfter = frame.get("reconnectAfter").asLong();
                case "sync" -> {
                    synchronized (Client.this) {
                        syncs++;
                    }
                    behind = true;
                    CLOCK.execute(this::readIfBehind);
                }
                default -> {}
            }
        }

        private void tickLater() {
            CLOCK.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }

        /** Closes gaps that have stood since the last time, and says how far the client is. */
        private void tick() {
            if (closed.isDone()) {
                return;
            }
            try {
                boolean gap = hasGap();
                behind |= gap && gapSeen;
                gapSeen = gap;
                acknowledge();
                readIfBehind();
            } finally {
                tickLater();
            }
        }

        private void readIfBehind() {
            if (!behind) {
                return;
            }
            behind = false;
            try {
                catchUp();
            } catch (AssertionError | RuntimeException e) {
                behind = true; // the API node or its database is away: the next tick tries again
            }
        }

        private void acknowledge() {
            Map<String, Long> news = heads();
            news.values().removeIf(head -> head == 0);
            news.entrySet().removeIf(entry -> entry.getValue().equals(acknowledged.get(entry.getKey())));
            if (acknowledges && !news.isEmpty()) {
                acknowledged.putAll(news);
                String receipt = Json.write(Map.of("type", "receipt", "delivered", news));
                send(() -> socket.sendText(receipt, true));
            }
        }

        /** One after the other, as the socket asks for. */
        private synchronized void send(Supplier<CompletableFuture<WebSocket>> write) {
            sent = sent.thenCompose(previous -> write.get());
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            if (closed.complete(code)) {
                connectAgain(reconnectAfter, 0);
            }
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            boolean wasReady = ready.isDone();
            ready.completeExceptionally(failure);
            if (closed.complete(ABNORMAL) && wasReady) {
                connectAgain(reconnectAfter, 0);
            }
        }
    }
}
