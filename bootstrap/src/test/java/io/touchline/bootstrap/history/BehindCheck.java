package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.ReceiverFacts.Connection;
import io.touchline.bootstrap.history.Violation.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * No connected receiver is further behind than is promised, counted from when the event was certainly there, the receiver
 * was ready, and nothing was broken any more; and who wants to be connected is not kept out.
 */
final class BehindCheck {
    private final Facts facts;
    private final Violations violations = new Violations();

    BehindCheck(Facts facts) {
        this.facts = facts;
    }

    List<Violation> violations() {
        for (ReceiverFacts receiver : facts.receivers()) {
            keptOut(receiver);
            facts.channels()
                    .forEach(channel ->
                            channel.owed(receiver.user()).forEach(event -> behind(receiver, channel, event)));
        }
        return violations.found();
    }

    /** What connected receivers do not show at the end, late or not. */
    List<String> stillOpen() {
        return facts.receivers().stream()
                .filter(ReceiverFacts::isConnectedAtTheEnd)
                .flatMap(this::unseen)
                .toList();
    }

    private Stream<String> unseen(ReceiverFacts receiver) {
        return facts.channels().stream()
                .flatMap(channel -> channel.owed(receiver.user()).stream())
                .filter(event -> receiver.shownAt(event.channel(), event.sequence()) == ChannelFacts.NEVER)
                .map(event -> receiver + " does not show " + event);
    }

    private void behind(ReceiverFacts receiver, ChannelFacts channel, Event event) {
        long bound = facts.promises().behind().toNanos();
        long known = channel.knownBy(event.sequence());
        long shown = receiver.shownAt(channel.name(), event.sequence());
        for (Connection connection : receiver.connections()) {
            long begin = Math.max(known, connection.opened());
            if (begin >= facts.end() || begin >= connection.closed() || shown - bound <= begin) {
                continue;
            }
            long late = facts.countedFrom(begin, bound) + bound;
            if (late < shown && late < connection.closed() && late < facts.end()) {
                violations.add(
                        Kind.BEHIND,
                        "%s shows %s %s",
                        receiver,
                        event,
                        shown == ChannelFacts.NEVER ? "never" : "after " + Duration.ofNanos(shown - begin));
                return;
            }
        }
    }

    private void keptOut(ReceiverFacts receiver) {
        long bound = facts.promises().settled().toNanos();
        boolean late = facts.countedFrom(receiver.changedAt(), bound) + bound < facts.end();
        boolean forGood = Receiver.FOR_GOOD.contains(receiver.lastCode());
        violations.unless(
                !receiver.isKeptOut() || !(late || forGood),
                Kind.KEPT_OUT,
                "%s cannot connect, the last code was %s",
                receiver,
                receiver.lastCode());
    }
}
