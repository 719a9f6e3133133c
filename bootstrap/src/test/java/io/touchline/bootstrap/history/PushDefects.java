package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Defects of announcements. */
final class PushDefects {
    private static final long SECOND = Imagined.millis(1_000);

    private PushDefects() {}

    static List<Defect> all() {
        return List.of(
                new Defect("a double push", Kind.ANNOUNCED_TWICE, PushDefects::twice),
                new Defect("an older push after a newer", Kind.ANNOUNCED_TWICE, PushDefects::older),
                new Defect("a missing push", Kind.UNANNOUNCED, PushDefects::missing),
                new Defect("a push that was never accepted", Kind.UNANNOUNCED, PushDefects::refused),
                new Defect("a late push", Kind.UNSETTLED, PushDefects::late),
                new Defect("a leaked event by a push", Kind.LEAKED, PushDefects::leaked),
                new Defect("a push of what is no news", Kind.INVENTED, PushDefects::noNews),
                new Defect("a push of what was acknowledged", Kind.ANNOUNCED_IN_VAIN, PushDefects::inVain));
    }

    private static Optional<Edit> twice(Plot plot) {
        return plot.any(plot.calmPushes())
                .map(pushed -> plot.edit().add(Edit.at(pushed.at() + SECOND * 3 / 2, pushed)));
    }

    private static Optional<Edit> older(Plot plot) {
        return plot.any(plot.calmPushes().stream()
                        .filter(pushed -> isMessageForHim(plot, pushed.user(), pushed.channel(), pushed.sequence() - 1))
                        .toList())
                .map(pushed -> plot.edit()
                        .add(new Entry.Pushed(
                                pushed.at() + SECOND,
                                pushed.user(),
                                pushed.device(),
                                pushed.channel(),
                                pushed.sequence() - 1,
                                true)));
    }

    private static boolean isMessageForHim(Plot plot, String user, String channel, long sequence) {
        return plot.facts().channel(channel).owed(user).stream()
                .anyMatch(event -> event.sequence() == sequence && event.isMessage());
    }

    private static Optional<Edit> missing(Plot plot) {
        return plot.any(plot.lastPushes())
                .map(pushed -> plot.edit().remove(Entry.Pushed.class, other -> other == pushed));
    }

    private static Optional<Edit> refused(Plot plot) {
        return plot.any(plot.lastPushes())
                .map(pushed -> plot.edit()
                        .replace(
                                pushed,
                                new Entry.Pushed(
                                        pushed.at(),
                                        pushed.user(),
                                        pushed.device(),
                                        pushed.channel(),
                                        pushed.sequence(),
                                        false)));
    }

    private static Optional<Edit> late(Plot plot) {
        List<Entry.Pushed> early = plot.lastPushes().stream()
                .filter(pushed -> !plot.facts().brokenBetween(pushed.at() - plot.settled(), plot.end()))
                .filter(pushed -> pushed.at() + plot.settled() < plot.end())
                .toList();
        return plot.any(early)
                .map(pushed -> plot.edit().replace(pushed, Edit.at(pushed.at() + plot.settled(), pushed)));
    }

    private static Optional<Edit> leaked(Plot plot) {
        return plot.any(plot.foreignToDevices())
                .map(foreign -> plot.edit()
                        .add(new Entry.Pushed(
                                plot.end(),
                                foreign.user(),
                                foreign.who(),
                                foreign.event().channel(),
                                foreign.event().sequence(),
                                false)));
    }

    private static Optional<Edit> noNews(Plot plot) {
        return plot.any(plot.all(Entry.Registered.class))
                .flatMap(device -> plot.any(created(plot, device.user()))
                        .map(event -> plot.edit()
                                .add(new Entry.Pushed(0, device.user(), device.device(), event.channel(), 1, true))));
    }

    private static List<Event> created(Plot plot, String user) {
        List<Event> events = new ArrayList<>();
        plot.facts()
                .channels()
                .forEach(channel -> channel.readable(user).stream()
                        .filter(event -> event.sequence() == 1)
                        .forEach(events::add));
        return events;
    }

    private static Optional<Edit> inVain(Plot plot) {
        List<Entry.Pushed> needless = new ArrayList<>();
        for (Entry.Receipt receipt : plot.all(Entry.Receipt.class)) {
            long at = receipt.at() + plot.behind() + SECOND;
            for (Entry.Registered device : plot.facts().devices().getOrDefault(receipt.user(), List.of())) {
                receipt.delivered().forEach((channel, sequence) -> {
                    Entry.Pushed pushed =
                            new Entry.Pushed(at, receipt.user(), device.device(), channel, sequence, true);
                    if (isMessageForHim(plot, receipt.user(), channel, sequence)
                            && !plot.facts().brokenBetween(0, at)
                            && isFirstSoFar(plot, pushed)) {
                        needless.add(pushed);
                    }
                });
            }
        }
        return plot.any(needless).map(pushed -> plot.edit().add(pushed));
    }

    /** Whether it repeats no other, and no other repeats it. */
    private static boolean isFirstSoFar(Plot plot, Entry.Pushed pushed) {
        return plot.all(Entry.Pushed.class).stream()
                .filter(other -> other.device().equals(pushed.device())
                        && other.channel().equals(pushed.channel()))
                .noneMatch(other -> other.at() <= pushed.at() == other.sequence() >= pushed.sequence());
    }
}
