package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Violation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Defects of the log, and of what senders are answered. */
final class LogDefects {
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private LogDefects() {}

    static List<Defect> all() {
        return List.of(
                new Defect("a lost message", Kind.LOST, LogDefects::lost),
                new Defect("a lost change of membership", Kind.LOST, LogDefects::lostMembership),
                new Defect("a repeated message", Kind.REPEATED, LogDefects::repeated),
                new Defect("a message twice in what one reads", Kind.REPEATED, LogDefects::readTwice),
                new Defect("a swapped order", Kind.DISORDERED, LogDefects::swapped),
                new Defect("a swapped order in what one reads", Kind.DISORDERED, LogDefects::readSwapped),
                new Defect("a hole in the log", Kind.HOLE, LogDefects::hole),
                new Defect("a hole in what one reads", Kind.HOLE, LogDefects::readHole),
                new Defect("a changed content in what one reads", Kind.CHANGED, LogDefects::readChanged),
                new Defect("a changed content for the sender", Kind.CHANGED, LogDefects::answeredChanged),
                new Defect("a conflict that is none", Kind.CHANGED, LogDefects::conflict),
                new Defect("a message that nobody sent", Kind.INVENTED, LogDefects::invented),
                new Defect("a message that was refused", Kind.INVENTED, LogDefects::refused),
                new Defect("an event of others in what one reads", Kind.LEAKED, LogDefects::readForeign));
    }

    private static Optional<Edit> lost(Plot plot) {
        return plot.any(plot.sentBeforeTheLast()).map(sent -> plot.edit().forget(sent.event()));
    }

    private static Optional<Edit> lostMembership(Plot plot) {
        return plot.any(plot.all(Entry.MembershipChange.class))
                .map(change -> plot.edit().add(again(plot, change, true)).add(again(plot, change, false)));
    }

    private static Entry.MembershipChange again(Plot plot, Entry.MembershipChange change, boolean join) {
        return new Entry.MembershipChange(
                plot.end(), plot.end(), change.channel(), change.user(), join, change.attempts(), true);
    }

    /** Pairs of one sender, of which the second was answered soon after the first. */
    private static Optional<Pair> pair(Plot plot) {
        List<Entry.Sent> sent = plot.sent();
        List<Pair> pairs = new ArrayList<>();
        for (Entry.Sent first : sent) {
            sent.stream()
                    .filter(second -> second.sender().equals(first.sender())
                            && second.channel().equals(first.channel())
                            && second.at() > first.ended()
                            && second.ended() - first.ended() < CLOSE.toNanos())
                    .forEach(second -> pairs.add(new Pair(first, second)));
        }
        return plot.any(pairs);
    }

    private record Pair(Entry.Sent first, Entry.Sent second) {
        private Event early() {
            return first.event();
        }

        private Event late() {
            return second.event();
        }
    }

    private static Optional<Edit> repeated(Plot plot) {
        return pair(plot)
                .map(pair -> plot.edit()
                        .remove(Entry.Sent.class, sent -> sent == pair.second)
                        .changeReadings(
                                event -> event.equals(pair.late()) ? Edit.in(pair.late(), pair.early()) : event));
    }

    private static Optional<Edit> swapped(Plot plot) {
        return pair(plot).map(pair -> {
            Event first = Edit.in(pair.late(), pair.early());
            Event second = Edit.in(pair.early(), pair.late());
            return plot.edit()
                    .replace(pair.first, Edit.with(pair.first, first))
                    .replace(pair.second, Edit.with(pair.second, second))
                    .changeReadings(
                            event -> event.equals(pair.early()) ? second : event.equals(pair.late()) ? first : event);
        });
    }

    private static Optional<Edit> hole(Plot plot) {
        return plot.any(plot.sentBeforeTheLast())
                .map(sent -> plot.edit().forget(sent.event()).remove(Entry.Sent.class, other -> other == sent));
    }

    /** Somebody's reading of a log, but not of all who read it. */
    private static Optional<Entry.Log> reading(Plot plot) {
        return plot.any(plot.all(Entry.Log.class).stream()
                .filter(log -> !log.reader().equals("maker") && log.events().size() > 2)
                .toList());
    }

    private static Optional<Edit> readHole(Plot plot) {
        return reading(plot)
                .flatMap(log -> plot.any(log.events())
                        .map(event -> plot.edit().replace(log, Edit.with(log, Edit.without(log.events(), event)))));
    }

    private static Optional<Edit> readTwice(Plot plot) {
        return reading(plot)
                .map(log -> plot.edit()
                        .replace(
                                log,
                                Edit.with(
                                        log,
                                        Edit.with(
                                                log.events(),
                                                log.events().get(log.events().size() - 1)))));
    }

    private static Optional<Edit> readSwapped(Plot plot) {
        return reading(plot).map(log -> {
            List<Event> swapped = new ArrayList<>(log.events());
            Collections.swap(swapped, 1, 2);
            return plot.edit().replace(log, Edit.with(log, swapped));
        });
    }

    private static Optional<Edit> readChanged(Plot plot) {
        return reading(plot)
                .flatMap(log -> plot.any(
                                log.events().stream().filter(Event::isMessage).toList())
                        .map(event -> plot.edit()
                                .replace(
                                        log, Edit.with(log, Edit.with(log.events(), event, Edit.saying("?", event))))));
    }

    private static Optional<Edit> answeredChanged(Plot plot) {
        return plot.any(plot.sent())
                .map(sent -> plot.edit().replace(sent, Edit.with(sent, Edit.saying("?", sent.event()))));
    }

    private static Optional<Edit> conflict(Plot plot) {
        return plot.any(plot.sent()).map(sent -> plot.edit().replace(sent, ending(sent, 409)));
    }

    private static Optional<Edit> refused(Plot plot) {
        return plot.any(plot.sent()).map(sent -> plot.edit().replace(sent, ending(sent, 400)));
    }

    /** Answered at once by that status. */
    private static Entry.Sent ending(Entry.Sent sent, int status) {
        Entry.Attempt attempt = new Entry.Attempt(sent.at(), sent.ended(), "http://api", status, null);
        return new Entry.Sent(
                sent.at(),
                sent.ended(),
                sent.channel(),
                sent.sender(),
                sent.clientMessageId(),
                sent.content(),
                List.of(attempt),
                null);
    }

    private static Optional<Edit> invented(Plot plot) {
        return plot.any(plot.sent()).map(sent -> plot.edit().remove(Entry.Sent.class, other -> other == sent));
    }

    private static Optional<Edit> readForeign(Plot plot) {
        List<Entry.Log> periods = plot.all(Entry.Log.class).stream()
                .filter(log -> log.events().size()
                        < plot.facts().channel(log.channel()).last())
                .toList();
        return plot.any(periods).map(log -> {
            List<Event> whole = List.copyOf(plot.facts().channel(log.channel()).log());
            return plot.edit().replace(log, Edit.with(log, whole));
        });
    }
}
