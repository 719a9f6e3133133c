package io.touchline.bootstrap.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One receiver: when it was connected, and what it showed when. */
final class ReceiverFacts {
    private final String name;
    private final String user;
    private final List<Connection> connections = new ArrayList<>();
    private final Map<String, TreeMap<Long, Long>> shownAt = new HashMap<>();
    private boolean wanted;
    private long changedAt;
    private int lastCode;

    /** Until {@link ChannelFacts#NEVER}, unless it ended. */
    record Connection(String id, long opened, long closed) {
        boolean isOpen() {
            return closed == ChannelFacts.NEVER;
        }
    }

    ReceiverFacts(String name, String user) {
        this.name = name;
        this.user = user;
    }

    // ---- Putting together, by time

    void add(Entry.Wanted entry) {
        wanted = entry.connected();
        changedAt = entry.at();
    }

    void add(Entry.Opened entry) {
        connections.add(new Connection(entry.connection(), entry.at(), ChannelFacts.NEVER));
        changedAt = entry.at();
    }

    void add(Entry.Closed entry) {
        connections.replaceAll(connection -> connection.id.equals(entry.connection())
                ? new Connection(connection.id, connection.opened, entry.at())
                : connection);
        changedAt = entry.at();
        lastCode = entry.code();
    }

    void shown(String channel, long sequence, long at) {
        shownAt.computeIfAbsent(channel, c -> new TreeMap<>()).putIfAbsent(sequence, at);
    }

    // ---- Asking

    String name() {
        return name;
    }

    String user() {
        return user;
    }

    List<Connection> connections() {
        return connections;
    }

    /** When it got past that sequence, {@link ChannelFacts#NEVER} if it did not. */
    long shownAt(String channel, long sequence) {
        TreeMap<Long, Long> times = shownAt.get(channel);
        Map.@Nullable Entry<Long, Long> first = times == null ? null : times.ceilingEntry(sequence);
        return first == null ? ChannelFacts.NEVER : first.getValue();
    }

    boolean isConnectedAtTheEnd() {
        return !connections.isEmpty() && connections.get(connections.size() - 1).isOpen();
    }

    /** Whether at the end it wants to be connected and is not. */
    boolean isKeptOut() {
        return wanted && !isConnectedAtTheEnd();
    }

    /** When it last was connected, disconnected, or wanted to be. */
    long changedAt() {
        return changedAt;
    }

    /** With which code its latest connection ended, 0 if none did. */
    int lastCode() {
        return lastCode;
    }

    @Override
    public String toString() {
        return name;
    }
}
