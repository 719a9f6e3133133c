package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Plot.Last;
import io.touchline.bootstrap.history.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Defects of what receivers get and show, and of their connections. */
final class ReceiverDefects {
    private static final long SECOND = Imagined.millis(1_000);

    private ReceiverDefects() {}

    static List<Defect> all() {
        return List.of(
                new Defect("a changed content in a frame", Kind.CHANGED, ReceiverDefects::changedFrame),
                new Defect("an event in a frame that is not in the log", Kind.INVENTED, ReceiverDefects::invented),
                new Defect("a leaked event in a frame", Kind.LEAKED, ReceiverDefects::leakedFrame),
                new Defect("a leaked event by catching up", Kind.LEAKED, ReceiverDefects::leakedSync),
                new Defect("a hole on a screen", Kind.HOLE, ReceiverDefects::hole),
                new Defect("a needless reset", Kind.HOLE, ReceiverDefects::reset),
                new Defect("an epoch that was none", Kind.HOLE, ReceiverDefects::forgot),
                new Defect("a repeat on a screen", Kind.REPEATED, ReceiverDefects::repeat),
                new Defect("a silent laggard", Kind.BEHIND, ReceiverDefects::laggard),
                new Defect("a receiver that never gets the last", Kind.BEHIND, ReceiverDefects::left),
                new Defect("a receiver that is turned away for good", Kind.KEPT_OUT, plot -> closed(plot, 4400, 1)),
                new Defect("a receiver that cannot come back", Kind.KEPT_OUT, plot -> closed(plot, 1006, 30)),
                new Defect("an unsettled receiver", Kind.UNSETTLED, ReceiverDefects::unsettled),
                new Defect("a message that stays pending", Kind.UNSETTLED, ReceiverDefects::pending));
    }

    private static Optional<Edit> changedFrame(Plot plot) {
        List<Entry.Frame> messages = plot.all(Entry.Frame.class).stream()
                .filter(frame -> frame.event() != null && frame.event().isMessage())
                .toList();
        return plot.any(messages)
                .map(frame -> plot.edit().replace(frame, frame(frame, Edit.saying("?", frame.event()))));
    }

    private static Entry.Frame frame(Entry.Frame frame, Event event) {
        return new Entry.Frame(frame.at(), frame.receiver(), frame.user(), frame.connection(), event.type(), event);
    }

    private static Optional<Edit> invented(Plot plot) {
        return plot.any(plot.all(Entry.Frame.class))
                .flatMap(frame -> plot.any(List.copyOf(plot.facts().channels())).map(channel -> {
                    Event last = channel.event(channel.last());
                    Event next = new Event(
                            last.channel(),
                            last.sequence() + 1,
                            Event.MESSAGE,
                            "sender-0",
                            "now",
                            null,
                            "!",
                            "x",
                            List.of(),
                            false);
                    return plot.edit().add(frame(frame, next));
                }));
    }

    private static Optional<Edit> leakedFrame(Plot plot) {
        return plot.any(plot.foreignToReceivers())
                .map(foreign -> plot.edit()
                        .add(new Entry.Frame(
                                plot.end(),
                                foreign.who(),
                                foreign.user(),
                                "some",
                                foreign.event().type(),
                                foreign.event())));
    }

    private static Optional<Edit> leakedSync(Plot plot) {
        return plot.any(plot.foreignToReceivers())
                .map(foreign -> plot.edit()
                        .add(new Entry.Synced(
                                plot.end(),
                                plot.end(),
                                foreign.who(),
                                foreign.user(),
                                Map.of(),
                                List.of(foreign.event()),
                                Map.of(),
                                List.of(),
                                Map.of(),
                                false)));
    }

    /** Something shown in the middle, soon before something else. */
    private static Optional<Edit> hole(Plot plot) {
        Map<List<String>, List<Entry.Shown>> screens = plot.all(Entry.Shown.class).stream()
                .collect(Collectors.groupingBy(shown -> List.of(shown.receiver(), shown.channel())));
        List<Entry.Shown> inner = new ArrayList<>();
        for (List<Entry.Shown> screen : screens.values()) {
            for (int i = 1; i < screen.size() - 1; i++) {
                if (screen.get(i + 1).at() < screen.get(i).at() + SECOND) {
                    inner.add(screen.get(i));
                }
            }
        }
        return plot.any(inner).map(shown -> plot.edit().remove(Entry.Shown.class, other -> other == shown));
    }

    private static Optional<Edit> reset(Plot plot) {
        return plot.any(plot.all(Entry.Shown.class))
                .map(shown -> plot.edit()
                        .add(new Entry.Reset(
                                plot.end(),
                                shown.receiver(),
                                shown.user(),
                                shown.channel(),
                                plot.facts().channel(shown.channel()).last(),
                                List.of())));
    }

    private static Optional<Edit> forgot(Plot plot) {
        return plot.any(plot.lasts())
                .map(last -> plot.edit()
                        .add(new Entry.Forgot(
                                plot.end(),
                                last.receiver().name(),
                                last.receiver().user())));
    }

    private static Optional<Edit> repeat(Plot plot) {
        return plot.any(plot.all(Entry.Shown.class)).map(shown -> plot.edit().add(Edit.at(plot.end(), shown)));
    }

    private static Optional<Edit> laggard(Plot plot) {
        return plot.any(plot.lasts()).map(last -> {
            long late = due(plot, last) + SECOND;
            return late < plot.end()
                    ? plot.edit().each(Entry.Shown.class, shown -> isUpTo(last, shown) ? Edit.at(late, shown) : shown)
                    : null;
        });
    }

    private static Optional<Edit> left(Plot plot) {
        return plot.any(plot.lasts())
                .map(last -> due(plot, last) < plot.end()
                        ? plot.edit().remove(Entry.Shown.class, shown -> isUpTo(last, shown))
                        : null);
    }

    private static long due(Plot plot, Last last) {
        List<ReceiverFacts.Connection> connections = last.receiver().connections();
        long known = plot.facts()
                .channel(last.event().channel())
                .knownBy(last.event().sequence());
        long begin = Math.max(known, connections.get(connections.size() - 1).opened());
        return plot.facts().countedFrom(begin, plot.behind()) + plot.behind();
    }

    private static boolean isUpTo(Last last, Entry.Shown shown) {
        List<Long> sequences = shown.sequences();
        return shown.receiver().equals(last.receiver().name())
                && shown.channel().equals(last.event().channel())
                && sequences.get(sequences.size() - 1) >= last.event().sequence();
    }

    private static Optional<Edit> closed(Plot plot, int code, int secondsBeforeTheEnd) {
        return plot.any(plot.lasts()).map(last -> {
            List<ReceiverFacts.Connection> connections = last.receiver().connections();
            ReceiverFacts.Connection open = connections.get(connections.size() - 1);
            long at = plot.end() - secondsBeforeTheEnd * SECOND;
            boolean early = at < open.opened() || plot.facts().brokenBetween(at, plot.end());
            return early
                    ? null
                    : plot.edit()
                            .add(new Entry.Closed(
                                    at, last.receiver().name(), last.receiver().user(), open.id(), code));
        });
    }

    /** Whose devices were told is settled, whatever his mark is. */
    private static Optional<Edit> unsettled(Plot plot) {
        List<Last> withoutDevice = plot.lasts().stream()
                .filter(last ->
                        !plot.facts().devices().containsKey(last.receiver().user()))
                .filter(last -> plot.all(Entry.Mark.class).stream().anyMatch(mark -> isOf(last, mark)))
                .toList();
        return plot.any(withoutDevice)
                .map(last -> plot.edit()
                        .remove(Entry.Delivery.class, delivery -> true)
                        .each(
                                Entry.Mark.class,
                                mark -> isOf(last, mark)
                                        ? new Entry.Mark(
                                                mark.at(),
                                                mark.channel(),
                                                mark.user(),
                                                last.event().sequence() - 1,
                                                0)
                                        : mark));
    }

    private static boolean isOf(Last last, Entry.Mark mark) {
        return mark.user().equals(last.receiver().user())
                && mark.channel().equals(last.event().channel());
    }

    private static Optional<Edit> pending(Plot plot) {
        return plot.any(plot.lasts())
                .map(last -> plot.edit()
                        .remove(Entry.Delivery.class, delivery -> true)
                        .add(new Entry.Delivery(
                                plot.end(),
                                last.event().channel(),
                                last.event().sequence(),
                                last.receiver().user(),
                                "pending",
                                "waiting")));
    }
}
