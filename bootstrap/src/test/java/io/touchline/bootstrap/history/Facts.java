package io.touchline.bootstrap.history;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a history says when it is put in order: by channel, by receiver, and when something was broken. */
final class Facts {
    private final History history;
    private final Promises promises;
    private final Map<String, ChannelFacts> channels = new TreeMap<>();
    private final Map<String, ReceiverFacts> receivers = new TreeMap<>();
    private final List<Entry.Fault> faults;
    private final long end;

    Facts(History history, Promises promises) {
        this.history = history;
        this.promises = promises;
        this.faults = history.all(Entry.Fault.class).toList();
        this.end = history.all(Entry.Ended.class).mapToLong(Entry::at).max().orElseThrow();
        history.all(Entry.Log.class).forEach(log -> channel(log.channel()).read(log.events()));
        history.entries().forEach(this::know);
        history.entries().forEach(this::follow);
        Map<String, Set<String>> atFirst = new HashMap<>();
        history.all(Entry.Made.class).forEach(made -> atFirst.put(made.channel(), Set.copyOf(made.participants())));
        channels.values().forEach(channel -> channel.conclude(atFirst.getOrDefault(channel.name(), Set.of())));
    }

    /** When events were certainly there. */
    private void know(Entry entry) {
        if (entry instanceof Entry.Sent sent && sent.event() != null) {
            know(sent.event(), sent.ended());
        } else if (entry instanceof Entry.Frame frame && frame.event() != null) {
            know(frame.event(), frame.at());
        } else if (entry instanceof Entry.Synced synced) {
            synced.events().forEach(event -> know(event, synced.ended()));
            synced.heads().forEach((channel, head) -> channel(channel).knownBy(head, synced.ended()));
        } else if (entry instanceof Entry.Loaded loaded) {
            loaded.events().forEach(event -> know(event, loaded.ended()));
        }
    }

    private void know(Event event, long at) {
        channel(event.channel()).knownBy(event.sequence(), at);
    }

    private void follow(Entry entry) {
        if (entry instanceof Entry.Wanted wanted) {
            receiver(wanted.receiver(), wanted.user()).add(wanted);
        } else if (entry instanceof Entry.Opened opened) {
            receiver(opened.receiver(), opened.user()).add(opened);
        } else if (entry instanceof Entry.Closed closed) {
            receiver(closed.receiver(), closed.user()).add(closed);
        } else if (entry instanceof Entry.Shown shown) {
            ReceiverFacts receiver = receiver(shown.receiver(), shown.user());
            shown.sequences().forEach(sequence -> receiver.shown(shown.channel(), sequence, shown.at()));
        } else if (entry instanceof Entry.Reset reset) {
            receiver(reset.receiver(), reset.user()).shown(reset.channel(), reset.to(), reset.at());
        }
    }

    History history() {
        return history;
    }

    Promises promises() {
        return promises;
    }

    /** When the recording ended. */
    long end() {
        return end;
    }

    Collection<ChannelFacts> channels() {
        return channels.values();
    }

    ChannelFacts channel(String name) {
        return channels.computeIfAbsent(name, ChannelFacts::new);
    }

    Collection<ReceiverFacts> receivers() {
        return receivers.values();
    }

    private ReceiverFacts receiver(String name, String user) {
        return receivers.computeIfAbsent(name, n -> new ReceiverFacts(n, user));
    }

    List<ReceiverFacts> receiversOf(String user) {
        return receivers.values().stream()
                .filter(receiver -> receiver.user().equals(user))
                .toList();
    }

    /** Each user's devices. */
    Map<String, List<Entry.Registered>> devices() {
        return history.all(Entry.Registered.class).collect(Collectors.groupingBy(Entry.Registered::user));
    }

    /**
     * From when on a time that begins there counts, if a fault that comes before it is over makes it begin anew.
     *
     * @param bound how long it is, in nanoseconds
     */
    long countedFrom(long begin, long bound) {
        long from = begin;
        boolean moved;
        do {
            moved = false;
            for (Entry.Fault fault : faults) {
                if (fault.kind().delays() && fault.ended() > from && fault.at() <= from + bound) {
                    from = fault.ended();
                    moved = true;
                }
            }
        } while (moved);
        return from;
    }

    /** Whether there was a fault at some time between. */
    boolean brokenBetween(long from, long to) {
        return faults.stream().anyMatch(fault -> fault.ended() >= from && fault.at() <= to);
    }

    /** Whether an announcement that was made by the first time may have been made again at the other. */
    boolean mayAnnounceAgain(long from, long to) {
        return faults.stream()
                .anyMatch(fault -> fault.kind().repeatsAnnouncements() && fault.ended() >= from && fault.at() <= to);
    }

    /** When the last fault was over, 0 if there was none. */
    long lastFault() {
        return faults.stream().mapToLong(Entry.Fault::ended).max().orElse(0);
    }
}
