package io.touchline.bootstrap.history;

import io.touchline.bootstrap.harness.Answer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a receiver catches up: when it is asked to, and when a gap has stood for a second. One {@code POST /sync} at a
 * time, again while there is more; channels that it learns of in the answer are read from their beginning. What fails is
 * tried again. Used by the receiver's thread, which is not held up meanwhile.
 */
final class CatchingUp {
    private static final long GAP = Duration.ofSeconds(1).toNanos();
    private static final long TRY_AGAIN = Duration.ofMillis(300).toNanos();
    private static final int PAGE = 500;
    private static final int NEWEST = 50;

    private final Receiver receiver;
    private final Api api;
    private final Display display;
    private final Recorder recorder;
    private final Executor receiversThread;
    private final Map<String, Long> gapSince = new HashMap<>();
    private final Deque<Runnable> steps = new ArrayDeque<>();
    private @Nullable String epoch;
    private boolean busy;
    private boolean asked;
    private long notBefore;

    CatchingUp(Receiver receiver, Api api, Display display, Recorder recorder, Executor receiversThread) {
        this.receiver = receiver;
        this.api = api;
        this.display = display;
        this.recorder = recorder;
        this.receiversThread = receiversThread;
    }

    void ask() {
        asked = true;
        notBefore = 0;
    }

    /** Begins if it is time to. */
    void tick(long now) {
        gapSince.keySet().retainAll(display.gaps());
        display.gaps().forEach(channel -> gapSince.putIfAbsent(channel, now));
        boolean gap = gapSince.values().stream().anyMatch(since -> now - since >= GAP);
        if ((asked || gap) && !busy && now >= notBefore) {
            busy = true;
            asked = false;
            gapSince.clear();
            sync();
        }
    }

    private void sync() {
        Map<String, Long> known = display.heads();
        call("POST", "/sync", Map.of("channels", known), (begun, answer) -> synced(begun, known, answer));
    }

    private void synced(long begun, Map<String, Long> known, JsonNode answer) {
        List<Event> events = Event.all(answer.get("events"));
        Map<String, Long> heads = numbers(answer.get("channels"), "lastSequence");
        List<String> resets = new ArrayList<>();
        answer.get("channels").forEach(head -> {
            if (head.path("reset").asBoolean(false)) {
                resets.add(head.get("channel").asString());
            }
        });
        boolean more = answer.get("more").asBoolean();
        recorder.add(new Entry.Synced(
                begun,
                recorder.now(),
                receiver.name(),
                receiver.user(),
                known,
                events,
                heads,
                resets,
                numbers(answer.get("left"), "sequence"),
                more));
        if (isRestored(answer.get("epoch").asString())) {
            steps.add(this::sync);
        } else {
            take(events);
            resets.forEach(channel -> steps.add(() -> readNewest(channel)));
            heads.keySet().stream()
                    .filter(channel -> !known.containsKey(channel) && display.head(channel) < heads.get(channel))
                    .forEach(channel -> steps.add(() -> load(channel)));
            if (more) {
                steps.add(this::sync);
            }
        }
        goOn();
    }

    /** The database was restored to an earlier point: nothing of what is known holds any more. */
    private boolean isRestored(String current) {
        boolean restored = epoch != null && !epoch.equals(current);
        epoch = current;
        if (restored) {
            display.forget();
            recorder.add(new Entry.Forgot(recorder.now(), receiver.name(), receiver.user()));
        }
        return restored;
    }

    private void take(List<Event> events) {
        Map<String, List<Event>> byChannel = new LinkedHashMap<>();
        events.forEach(event -> byChannel
                .computeIfAbsent(event.channel(), channel -> new ArrayList<>())
                .add(event));
        byChannel.forEach((channel, page) -> receiver.show(channel, display.takeAll(channel, page)));
    }

    private void load(String channel) {
        long after = display.head(channel);
        call("GET", "/channels/" + channel + "/events?limit=" + PAGE + "&after=" + after, null, (begun, answer) -> {
            List<Event> events = Event.all(answer.get("items"));
            recorder.add(
                    new Entry.Loaded(begun, recorder.now(), receiver.name(), receiver.user(), channel, after, events));
            receiver.show(channel, display.takeAll(channel, events));
            if (events.size() == PAGE) {
                steps.addFirst(() -> load(channel));
            }
            goOn();
        });
    }

    private void readNewest(String channel) {
        call("GET", "/channels/" + channel + "/messages?limit=" + NEWEST, null, (begun, answer) -> {
            long to = answer.get("lastSequence").asLong();
            recorder.add(new Entry.Reset(
                    recorder.now(), receiver.name(), receiver.user(), channel, to, Event.all(answer.get("items"))));
            receiver.show(channel, display.jump(channel, to));
            goOn();
        });
    }

    private void goOn() {
        Runnable next = steps.poll();
        if (next == null) {
            busy = false;
        } else {
            next.run();
        }
    }

    /** Takes the answer on the receiver's thread; without one that is good, all begins again after a moment. */
    private void call(String method, String path, @Nullable Object body, BiConsumer<Long, JsonNode> taker) {
        long begun = recorder.now();
        Consumer<Answer> good = answer -> taker.accept(begun, answer.json());
        api.call(method, path, body)
                .whenComplete((answer, failure) -> receiversThread.execute(() -> {
                    if (failure == null && answer.status() == 200) {
                        good.accept(answer);
                    } else {
                        steps.clear();
                        busy = false;
                        asked = true;
                        notBefore = recorder.now() + TRY_AGAIN;
                    }
                }));
    }

    private static Map<String, Long> numbers(JsonNode array, String name) {
        Map<String, Long> numbers = new HashMap<>();
        array.forEach(each ->
                numbers.put(each.get("channel").asString(), each.get(name).asLong()));
        return numbers;
    }
}
