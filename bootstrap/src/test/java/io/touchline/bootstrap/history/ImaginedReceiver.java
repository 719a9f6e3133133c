package io.touchline.bootstrap.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A receiver of an imagined run. */
final class ImaginedReceiver {
    private static final int ABNORMAL = 1006;
    private static final int NORMAL = 1000;

    private final Imagined run;
    private final String name;
    private final String user;

    /** How many of the events that the user may read are before the next to be shown. */
    private final Map<String, Integer> positions = new TreeMap<>();

    private final Map<String, Set<Event>> waiting = new HashMap<>();
    private final Set<String> unsaid = new HashSet<>();
    private boolean wanted;
    private boolean sayingSoon;
    private @Nullable String connection;
    private int connections;

    ImaginedReceiver(Imagined run, String name, String user) {
        this.run = run;
        this.name = name;
        this.user = user;
    }

    // ---- Connections

    boolean isConnected() {
        return connection != null;
    }

    boolean isWanted() {
        return wanted;
    }

    void want(boolean connected) {
        wanted = connected;
        run.record(new Entry.Wanted(run.now(), name, user, connected));
        if (!connected) {
            end(NORMAL);
        } else {
            run.at(run.unlessCut(run.now() + Imagined.millis(run.between(5, 90))), this::open);
        }
    }

    /** The node dies, or the line is cut. */
    void drop() {
        end(ABNORMAL);
        run.in(200, 1_500, this::open);
    }

    private void end(int code) {
        if (connection != null) {
            run.record(new Entry.Closed(run.now(), name, user, connection, code));
            connection = null;
            run.pushes().lookSoon(user);
        }
    }

    private void open() {
        if (!wanted || connection != null) {
            return;
        }
        connection = name + "/" + ++connections;
        run.record(new Entry.Opened(run.now(), name, user, connection, "ws://node"));
        run.record(new Entry.Frame(run.now(), name, user, connection, "ready", null));
        unsaid.addAll(positions.keySet());
        sync();
    }

    /** Does it if the connection is still the same by then. */
    private void later(long at, Runnable action) {
        String own = connection;
        run.at(at, () -> {
            if (own != null && own.equals(connection)) {
                action.run();
            }
        });
    }

    private void later(int from, int to, Runnable action) {
        later(run.unlessCut(run.now() + Imagined.millis(run.between(from, to))), action);
    }

    // ---- Frames

    void signal(String type) {
        if (connection != null) {
            run.record(new Entry.Frame(run.now(), name, user, connection, type, null));
        }
    }

    /** Most frames come at once; some come late, again, or both; the user's own may never come. */
    void forward(Event event) {
        long kill = run.killWithin(1_000);
        boolean own = event.sender().equals(user);
        if (kill >= 0) {
            if (!own) {
                later(run.unlessCut(kill + Imagined.millis(run.between(500, 4_500))), () -> take(event));
            }
        } else if (run.chance(95)) {
            later(2, 900, () -> take(event));
        } else if (!own) {
            later(3_000, 4_500, () -> take(event));
        }
        if (run.chance(5)) {
            later(500, 4_000, () -> take(event));
        }
    }

    private void take(Event event) {
        String channel = event.channel();
        run.record(new Entry.Frame(run.now(), name, user, connection, event.type(), event));
        List<Event> readable = run.channel(channel).readable(user);
        if (!positions.containsKey(channel) && event.begins(user)) {
            positions.put(channel, readable.indexOf(event));
        }
        if (!positions.containsKey(channel) || readable.indexOf(event) >= positions.get(channel)) {
            waiting.computeIfAbsent(channel, c -> new HashSet<>()).add(event);
        }
        unsaid.add(channel);
        closeUp(channel, List.of());
        if (isWaiting()) {
            later(1_000, 1_300, () -> {
                if (isWaiting()) {
                    sync();
                }
            });
        }
    }

    private boolean isWaiting() {
        return waiting.values().stream().anyMatch(events -> !events.isEmpty());
    }

    /** Shows those, and of what is waiting all up to the next gap. */
    private void closeUp(String channel, List<Event> next) {
        List<Event> readable = run.channel(channel).readable(user);
        Set<Event> rest = waiting.computeIfAbsent(channel, c -> new HashSet<>());
        List<Long> shown = new ArrayList<>();
        int position = positions.getOrDefault(channel, readable.size());
        while (position < readable.size()
                && (next.contains(readable.get(position)) || rest.contains(readable.get(position)))) {
            rest.remove(readable.get(position));
            shown.add(readable.get(position++).sequence());
        }
        if (!shown.isEmpty()) {
            positions.put(channel, position);
            run.record(new Entry.Shown(run.now(), name, user, channel, shown));
            unsaid.add(channel);
        }
        sayLater();
    }

    // ---- Receipts and catching up

    private void sayLater() {
        if (!sayingSoon && !unsaid.isEmpty()) {
            sayingSoon = true;
            String own = connection;
            run.in(900, 1_100, () -> {
                sayingSoon = false;
                if (own != null && own.equals(connection)) {
                    say();
                } else if (connection != null) {
                    sayLater();
                }
            });
        }
    }

    private void say() {
        Map<String, Long> delivered = unsaid.stream()
                .filter(channel -> head(channel) > 0)
                .collect(Collectors.toMap(channel -> channel, this::head));
        unsaid.clear();
        run.record(new Entry.Receipt(run.now(), name, user, connection, delivered));
        delivered.forEach((channel, sequence) -> run.acknowledge(user, channel, sequence));
    }

    private long head(String channel) {
        int position = positions.getOrDefault(channel, 0);
        return position == 0
                ? 0
                : run.channel(channel).readable(user).get(position - 1).sequence();
    }

    private void sync() {
        long begun = run.now();
        Map<String, Long> known = positions.keySet().stream().collect(Collectors.toMap(c -> c, this::head));
        later(5, 500, () -> {
            List<Event> events = new ArrayList<>();
            Map<String, Long> heads = new HashMap<>();
            known.keySet()
                    .forEach(channel -> run.channel(channel).readable(user).stream()
                            .filter(event -> event.sequence() > known.get(channel))
                            .forEach(events::add));
            run.channelsOf(user).forEach(channel -> heads.put(channel.name(), channel.last()));
            heads.values().removeIf(head -> head == 0);
            run.record(
                    new Entry.Synced(begun, run.now(), name, user, known, events, heads, List.of(), Map.of(), false));
            known.keySet().forEach(channel -> closeUp(channel, events));
            heads.keySet().stream()
                    .filter(channel -> !known.containsKey(channel))
                    .forEach(this::load);
            sayLater();
        });
    }

    private void load(String channel) {
        long begun = run.now();
        long after = head(channel);
        later(5, 500, () -> {
            List<Event> events = run.channel(channel).readable(user).stream()
                    .filter(event -> event.sequence() > after)
                    .toList();
            run.record(new Entry.Loaded(begun, run.now(), name, user, channel, after, events));
            positions.putIfAbsent(channel, 0);
            closeUp(channel, events);
        });
    }
}
