package io.touchline.bootstrap.history;

import io.touchline.bootstrap.harness.Json;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A user's app on one device, which keeps the contract to the letter: it catches up after {@code ready}, after {@code
 * sync} and when a gap has stood for a second, never on a timer; shows each channel in order and without repeats; says
 * about once a second how far it is; and comes back to any chat node when its connection has ended, unless the code
 * forbids that. All its work is done by one thread of its own, which never waits for an answer.
 */
final class Receiver implements Line.Ear, AutoCloseable {
    /** After these a client does not come back. */
    static final Set<Integer> FOR_GOOD = Set.of(1002, 1003, 1007, 1009, 4400, 4401, 4403);

    private static final Duration TICK = Duration.ofMillis(50);
    private static final long READY_DEADLINE = Duration.ofSeconds(5).toNanos();
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final String name;
    private final String user;
    private final Places places;
    private final Recorder recorder;
    private final Display display;
    private final Receipts receipts;
    private final CatchingUp catchingUp;
    private final BlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final Thread thread;

    private volatile boolean wanted;
    private volatile boolean connected;
    private boolean ended;
    private @Nullable Line line;
    private @Nullable URI lastNode;
    private long connectAt;
    private long openedAt;
    private Duration pause = FIRST_PAUSE;

    Receiver(String name, String user, Places places, Recorder recorder) {
        this.name = name;
        this.user = user;
        this.places = places;
        this.recorder = recorder;
        this.display = new Display(user);
        this.receipts = new Receipts(display);
        this.catchingUp = new CatchingUp(this, new Api(user, places, recorder), display, recorder, mailbox::add);
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    String name() {
        return name;
    }

    String user() {
        return user;
    }

    /** From now on, it keeps a connection open, or none. */
    void want(boolean connected) {
        wanted = connected;
        recorder.add(new Entry.Wanted(recorder.now(), name, user, connected));
        mailbox.add(() -> {
            if (!wanted && line != null) {
                line.close();
            }
        });
    }

    /** Whether it is connected if it is to be, and not if not. */
    boolean isAsItWants() {
        return connected == wanted;
    }

    /** Drops the connection and ends the thread. */
    @Override
    public void close() {
        mailbox.add(() -> {
            ended = true;
            if (line != null) {
                line.drop();
            }
        });
    }

    private void run() {
        try {
            while (!ended) {
                Runnable next = mailbox.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    next.run();
                }
                tick(recorder.now());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick(long now) {
        if (line == null && wanted && now >= connectAt) {
            openedAt = now;
            line = new Line(user, nextNode(), this);
        } else if (line != null && line.ready) {
            catchingUp.tick(now);
            if (wanted) {
                acknowledge(now);
            }
        } else if (line != null && now - openedAt > READY_DEADLINE) {
            line.drop();
        }
    }

    private void acknowledge(long now) {
        Map<String, Long> delivered = receipts.due(now);
        if (!delivered.isEmpty()) {
            recorder.add(new Entry.Receipt(now, name, user, line.connection, delivered));
            line.send(Receipts.frame(delivered));
        }
    }

    /** Another one than before, if there is one. */
    private URI nextNode() {
        List<URI> all = places.sockets().get();
        List<URI> others = all.stream().filter(node -> !node.equals(lastNode)).toList();
        List<URI> choice = others.isEmpty() ? all : others;
        lastNode = choice.get(ThreadLocalRandom.current().nextInt(choice.size()));
        return lastNode;
    }

    @Override
    public void frame(Line from, String text) {
        long at = recorder.now();
        mailbox.add(() -> take(from, at, Json.read(text)));
    }

    @Override
    public void over(Line which, int code) {
        mailbox.add(() -> ended(which, code));
    }

    private void take(Line from, long at, JsonNode frame) {
        String type = frame.get("type").asString();
        if (type.equals("ready")) {
            from.connection = frame.get("connection").asString();
        }
        Event event = frame.has("sequence") ? Event.of(frame) : null;
        recorder.add(new Entry.Frame(at, name, user, from.connection, type, event));
        if (from != line) {
            return; // of a line that was given up
        }
        if (event != null) {
            receipts.note(event.channel()); // though it had come before: the first receipt may be lost
            show(event.channel(), display.take(event));
        }
        switch (type) {
            case "ready" -> ready(from, at);
            case "sync" -> catchingUp.ask();
            case "goodbye" ->
                from.comeBackAfter =
                        Duration.ofMillis(frame.get("reconnectAfter").asLong());
            default -> {}
        }
    }

    private void ready(Line from, long at) {
        from.ready = true;
        connected = true;
        pause = FIRST_PAUSE;
        recorder.add(
                new Entry.Opened(at, name, user, from.connection, from.node().toString()));
        receipts.noteAll();
        catchingUp.ask();
    }

    /** Shows what is new. */
    void show(String channel, List<Long> sequences) {
        if (!sequences.isEmpty()) {
            recorder.add(new Entry.Shown(recorder.now(), name, user, channel, sequences));
            receipts.note(channel);
        }
    }

    private void ended(Line which, int code) {
        if (which != line) {
            return;
        }
        line = null;
        connected = false;
        if (which.ready || FOR_GOOD.contains(code)) {
            recorder.add(new Entry.Closed(recorder.now(), name, user, which.connection, code));
        }
        if (FOR_GOOD.contains(code)) {
            connectAt = Long.MAX_VALUE;
            return;
        }
        connectAt = recorder.now() + (which.comeBackAfter.isZero() ? backOff() : which.comeBackAfter.toNanos());
    }

    private long backOff() {
        long half = pause.toNanos() / 2;
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        return half + ThreadLocalRandom.current().nextLong(half + 1);
    }
}
