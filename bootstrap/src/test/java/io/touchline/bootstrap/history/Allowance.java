package io.touchline.bootstrap.history;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Something that looks odd in a history and is allowed. */
record Allowance(String name, Predicate<History> isIn) {
    static List<Allowance> all() {
        return List.of(
                any(
                        "an answer that never came",
                        Entry.Sent.class,
                        sent -> sent.attempts().size() > 1),
                any("a message of which nobody knows whether it was stored", Entry.Sent.class, Allowance::isUnknown),
                any("a refusal", Entry.Sent.class, Allowance::isRefused),
                any("a signal", Entry.Frame.class, frame -> frame.type().equals("marks")),
                any("a kill", Entry.Fault.class, fault -> fault.kind() == FaultKind.KILLED),
                any("a cut", Entry.Fault.class, fault -> fault.kind() == FaultKind.CUT),
                any("a connection that broke", Entry.Closed.class, closed -> closed.code() == Line.ABNORMAL),
                any("a push that was not accepted", Entry.Pushed.class, pushed -> !pushed.accepted()),
                new Allowance("a frame that comes again", Allowance::hasFramesTwice),
                new Allowance("an event that never comes by a frame", Allowance::hasFramesMissing),
                new Allowance("an announcement that comes again", Allowance::hasAnnouncementsTwice),
                new Allowance("a user of several periods", Allowance::hasPeriods),
                new Allowance("an event of his own that a user never sees", Allowance::hasUnseenOwnEvents));
    }

    private static <E extends Entry> Allowance any(String name, Class<E> kind, Predicate<E> which) {
        return new Allowance(name, history -> history.all(kind).anyMatch(which));
    }

    @Override
    public String toString() {
        return name;
    }

    private static boolean isUnknown(Entry.Sent sent) {
        return sent.event() == null && lastStatus(sent) == 0;
    }

    private static boolean isRefused(Entry.Sent sent) {
        return lastStatus(sent) == 404;
    }

    private static int lastStatus(Entry.Sent sent) {
        return sent.attempts().get(sent.attempts().size() - 1).status();
    }

    private static boolean hasFramesTwice(History history) {
        Set<List<Object>> seen = new HashSet<>();
        return history.all(Entry.Frame.class)
                .filter(frame -> frame.event() != null)
                .anyMatch(frame -> !seen.add(List.of(frame.receiver(), frame.event())));
    }

    /** Something shown that came by catching up alone. */
    private static boolean hasFramesMissing(History history) {
        Set<List<Object>> framed = new HashSet<>();
        history.all(Entry.Frame.class)
                .filter(frame -> frame.event() != null)
                .forEach(frame -> framed.add(List.of(
                        frame.receiver(), frame.event().channel(), frame.event().sequence())));
        return history.all(Entry.Shown.class)
                .anyMatch(shown -> shown.sequences().stream()
                        .anyMatch(sequence -> !framed.contains(List.of(shown.receiver(), shown.channel(), sequence))));
    }

    private static boolean hasAnnouncementsTwice(History history) {
        Set<List<Object>> seen = new HashSet<>();
        return history.all(Entry.Pushed.class)
                .filter(Entry.Pushed::accepted)
                .anyMatch(pushed -> !seen.add(List.of(pushed.device(), pushed.channel(), pushed.sequence())));
    }

    private static boolean hasPeriods(History history) {
        long changes = history.all(Entry.MembershipChange.class)
                .filter(change -> change.user().equals("wanderer-0"))
                .count();
        return changes > 3;
    }

    /** The user's own events are not owed to him, though they end what he may read. */
    private static boolean hasUnseenOwnEvents(History history) {
        Facts facts = new Facts(history, Imagined.PROMISES);
        return facts.receivers().stream()
                .filter(ReceiverFacts::isConnectedAtTheEnd)
                .anyMatch(receiver -> facts.channels().stream()
                        .flatMap(channel -> channel.readable(receiver.user()).stream())
                        .anyMatch(event -> receiver.shownAt(event.channel(), event.sequence()) == ChannelFacts.NEVER));
    }
}
