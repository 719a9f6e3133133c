package io.touchline.bootstrap.history;

import io.touchline.adapter.fcm.FcmServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Takes down what reaches devices, by looking again and again: each announcement within a few hundredths of a second
 * after it came. Whether it was accepted is told by the device's screen a look later.
 */
final class Pushes implements AutoCloseable {
    /** How late a recorded time is at most, unless the machine is busy. */
    static final Duration LATE = Duration.ofMillis(50);

    private final FcmServer fcm;
    private final Recorder recorder;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "pushes"));
    private final Map<String, String> users = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final List<Entry.Pushed> open = new ArrayList<>();

    Pushes(FcmServer fcm, Recorder recorder) {
        this.fcm = fcm;
        this.recorder = recorder;
        clock.scheduleWithFixedDelay(this::look, LATE.toMillis(), LATE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** From now on, that device is looked at. */
    synchronized void watch(String device, String user) {
        users.put(device, user);
    }

    /** Takes down everything that has come until now. */
    synchronized void look() {
        List<Entry.Pushed> earlier = List.copyOf(open);
        open.clear();
        earlier.forEach(this::judge);
        users.keySet().forEach(this::look);
    }

    private void look(String device) {
        List<Map<?, ?>> received = fcm.received(device);
        long now = recorder.now();
        for (Map<?, ?> message : received.subList(seen.getOrDefault(device, 0), received.size())) {
            if (message.get("data") instanceof Map<?, ?> data && message.containsKey("notification")) {
                open.add(new Entry.Pushed(
                        now,
                        users.get(device),
                        device,
                        (String) data.get("channel"),
                        Long.parseLong((String) data.get("sequence")),
                        false));
            }
        }
        seen.put(device, received.size());
    }

    private void judge(Entry.Pushed pushed) {
        boolean accepted = fcm.shown(pushed.device()).stream()
                .anyMatch(shown -> shown.channel().equals(pushed.channel()) && shown.sequence() >= pushed.sequence());
        recorder.add(new Entry.Pushed(
                pushed.at(), pushed.user(), pushed.device(), pushed.channel(), pushed.sequence(), accepted));
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
