package io.touchline.bootstrap.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/**
 * Makes up the history of a run in which every promise was kept, with everything that the contract allows: frames lost
 * and repeated, answers that never came, connections that broke, nodes that were killed in the middle of a push. There is
 * no time in it but its own, so that it is made at once; the same seed makes the same history.
 */
final class Imagined {
    static final Promises PROMISES = Promises.of(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(3));

    private static final int CHANNELS = 3;
    private static final int ACTIVE_MILLIS = 30_000;
    private static final int QUIET_MILLIS = 70_000;

    private final Random random;
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::number));
    private final List<Entry> entries = new ArrayList<>();
    private final List<Entry.Fault> cuts = new ArrayList<>();
    private final List<Long> kills = new ArrayList<>();
    private final Map<String, ImaginedChannel> channels = new TreeMap<>();
    private final Map<String, List<ImaginedReceiver>> receivers = new TreeMap<>();
    private final Map<String, List<String>> devices = new TreeMap<>();
    private final Map<List<String>, Long> marks = new HashMap<>();
    private final ImaginedPushes pushes = new ImaginedPushes(this);
    private long now;
    private long taskCount;

    private record Task(long at, long number, Runnable action) {}

    private Imagined(long seed) {
        random = new Random(seed);
    }

    static History run(long seed) {
        Imagined run = new Imagined(seed);
        run.breakThings();
        run.furnish();
        run.act();
        while (!run.tasks.isEmpty() && run.tasks.peek().at <= millis(QUIET_MILLIS)) {
            Task next = run.tasks.poll();
            run.now = next.at;
            next.action.run();
        }
        run.now = millis(QUIET_MILLIS);
        run.end();
        return new History(run.entries);
    }

    // ---- Time and chance

    static long millis(long millis) {
        return millis * 1_000_000;
    }

    long now() {
        return now;
    }

    void at(long time, Runnable action) {
        tasks.add(new Task(Math.max(time, now), taskCount++, action));
    }

    /** After some time between, in milliseconds. */
    void in(int from, int to, Runnable action) {
        at(now + millis(between(from, to)), action);
    }

    int between(int from, int to) {
        return random.nextInt(from, to + 1);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** When something that would happen at that time does, as nothing passes a cut. */
    long unlessCut(long time) {
        for (Entry.Fault cut : cuts) {
            if (cut.at() <= time && time <= cut.ended()) {
                return cut.ended() + millis(between(10, 3_000));
            }
        }
        return time;
    }

    /** The next kill within that time from now, -1 if there is none. */
    long killWithin(int milliseconds) {
        return kills.stream()
                .filter(kill -> kill >= now && kill <= now + millis(milliseconds))
                .findFirst()
                .orElse(-1L);
    }

    void record(Entry entry) {
        entries.add(entry);
    }

    // ---- Who is there

    private void breakThings() {
        for (int i = between(0, 2); i > 0; i--) {
            long kill = millis(between(2_000, ACTIVE_MILLIS));
            kills.add(kill);
            record(new Entry.Fault(kill, kill, FaultKind.KILLED, "a node"));
        }
        if (chance(40)) {
            long cut = millis(between(2_000, ACTIVE_MILLIS));
            cuts.add(new Entry.Fault(cut, cut + millis(between(500, 12_000)), FaultKind.CUT, "a line"));
            record(cuts.get(0));
        }
    }

    private void furnish() {
        for (String user : List.of("absentee-0", "absentee-1", "visitor-0", "visitor-1", "receiver-1", "wanderer-1")) {
            register(user, "phone");
        }
        register("absentee-0", "tablet");
        connect("receiver-0", "laptop");
        connect("receiver-0", "tablet");
        connect("receiver-1", "laptop");
        connect("receiver-2", "laptop");
        connect("wanderer-0", "laptop");
        for (int i = 0; i < CHANNELS; i++) {
            List<String> participants = new ArrayList<>(List.of("maker", "sender-0", "sender-1", "receiver-0"));
            for (String kind : List.of("receiver", "absentee", "visitor")) {
                participants.add(kind + "-" + (i % 2 == 0 ? 1 : kind.equals("receiver") ? 2 : 0));
            }
            make("channel-" + i, participants);
        }
    }

    private void register(String user, String kind) {
        String device = kind + "-of-" + user;
        devices.computeIfAbsent(user, u -> new ArrayList<>()).add(device);
        record(new Entry.Registered(0, user, device));
    }

    private void connect(String user, String kind) {
        ImaginedReceiver receiver = new ImaginedReceiver(this, kind + "-of-" + user, user);
        receivers.computeIfAbsent(user, u -> new ArrayList<>()).add(receiver);
        receiver.want(true);
    }

    private void make(String name, List<String> participants) {
        ImaginedChannel channel = new ImaginedChannel(this, name);
        channels.put(name, channel);
        in(100, 500, () -> {
            channel.made(participants);
            record(new Entry.Made(now, name, "maker", participants));
        });
    }

    ImaginedChannel channel(String name) {
        return channels.get(name);
    }

    /** Those in which somebody is now. */
    List<ImaginedChannel> channelsOf(String user) {
        return channels.values().stream().filter(channel -> channel.has(user)).toList();
    }

    List<ImaginedReceiver> receivers(String user) {
        return receivers.getOrDefault(user, List.of());
    }

    List<String> devices(String user) {
        return devices.getOrDefault(user, List.of());
    }

    boolean isConnected(String user) {
        return receivers(user).stream().anyMatch(ImaginedReceiver::isConnected);
    }

    ImaginedPushes pushes() {
        return pushes;
    }

    void acknowledge(String user, String channel, long sequence) {
        marks.merge(List.of(user, channel), sequence, Math::max);
    }

    long mark(String user, String channel) {
        return marks.getOrDefault(List.of(user, channel), 0L);
    }

    // ---- What they do

    private void act() {
        kills.forEach(kill -> receivers.values().stream()
                .flatMap(List::stream)
                .filter(receiver -> chance(50))
                .forEach(receiver -> at(kill, receiver::drop)));
        for (ImaginedChannel channel : channels.values()) {
            in(600, 900, () -> send(channel, "sender-0", 1));
            in(600, 900, () -> send(channel, "sender-1", 1));
            in(600, 900, () -> send(channel, "receiver-0", 1));
        }
        in(1_000, 2_000, () -> wander("wanderer-0", true));
        in(1_000, 2_000, () -> wander("wanderer-1", true));
        in(1_000, 3_000, () -> visit("visitor-0"));
        in(1_000, 3_000, () -> visit("visitor-1"));
        in(500, 1_000, this::signal);
    }

    private boolean isOver() {
        return now > millis(ACTIVE_MILLIS);
    }

    /** One message, in as many attempts as it takes, and then the next. */
    private void send(ImaginedChannel channel, String sender, int number) {
        if (!isOver()) {
            ImaginedSend send = new ImaginedSend(this, channel, sender, sender + "." + number);
            send.begin(() -> in(100, 1_500, () -> send(channel, sender, number + 1)));
        }
    }

    private void wander(String user, boolean join) {
        if (isOver()) {
            return;
        }
        ImaginedChannel channel = channels.get("channel-1");
        long begun = now;
        in(5, 100, () -> {
            if (join) {
                channel.join(user);
            } else {
                channel.leave(user);
                new ImaginedSend(this, channel, user, user + "." + now).refused();
            }
            in(
                    5,
                    100,
                    () -> record(new Entry.MembershipChange(
                            begun, now, channel.name(), user, join, List.of(attempt(begun, 204)), true)));
        });
        in(300, 3_000, () -> wander(user, !join));
    }

    private void visit(String user) {
        if (receivers(user).isEmpty()) {
            connect(user, "laptop");
        } else {
            ImaginedReceiver receiver = receivers(user).get(0);
            receiver.want(!receiver.isWanted());
        }
        if (!isOver()) {
            in(500, 6_000, () -> visit(user));
        }
    }

    private void signal() {
        receivers.values().forEach(own -> own.forEach(receiver -> receiver.signal(chance(50) ? "marks" : "typing")));
        if (!isOver()) {
            in(500, 2_000, this::signal);
        }
    }

    Entry.Attempt attempt(long begun, int status) {
        return new Entry.Attempt(begun, now, "http://api", status, status == 0 ? "connection reset" : null);
    }

    // ---- The end

    private void end() {
        record(new Entry.Ended(now));
        for (ImaginedChannel channel : channels.values()) {
            channel.everybody()
                    .forEach(user ->
                            record(new Entry.Log(now, user, channel.name(), List.copyOf(channel.readable(user)))));
            channel.participants()
                    .forEach(user -> record(new Entry.Mark(now, channel.name(), user, mark(user, channel.name()), 0)));
            if (chance(50)) {
                channel.participants().forEach(user -> delivery(channel, user));
            }
        }
    }

    private void delivery(ImaginedChannel channel, String user) {
        Event last = channel.lastMessage();
        if (!last.sender().equals(user) && channel.readable(user).contains(last)) {
            boolean delivered = mark(user, channel.name()) >= last.sequence();
            boolean pushed = pushes.pushed(user, channel.name()) >= last.sequence();
            String state = delivered ? "delivered" : pushed ? "pushed" : "none";
            record(new Entry.Delivery(
                    now, channel.name(), last.sequence(), user, state, state.equals("none") ? "no-device" : null));
        }
    }
}
