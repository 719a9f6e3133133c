package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.ChannelFacts.MessageId;
import io.touchline.bootstrap.history.Violation.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The log itself: everything acknowledged is there, once, as it was sent and as every reader reads it; sequences are
 * dense; nothing is there that nobody sent.
 */
final class LogCheck {
    private final Facts facts;
    private final Violations violations = new Violations();
    private final Map<String, Map<MessageId, List<Event>>> messages = new HashMap<>();
    private final Map<String, Set<Long>> lost = new HashMap<>();

    LogCheck(Facts facts) {
        this.facts = facts;
        facts.channels().forEach(channel -> messages.put(channel.name(), channel.messages()));
    }

    List<Violation> violations() {
        facts.history().all(Entry.Sent.class).forEach(this::sent);
        facts.channels().forEach(this::channel);
        facts.history().all(Entry.Log.class).forEach(this::read);
        memberships();
        return violations.found();
    }

    private void sent(Entry.Sent sent) {
        List<Event> found = messages.getOrDefault(sent.channel(), Map.of()).getOrDefault(MessageId.of(sent), List.of());
        Event answered = sent.event();
        if (answered == null) {
            refused(sent, found);
            return;
        }
        violations.unless(isWhatWasSent(sent, answered), Kind.CHANGED, "%s was answered as %s", sent, answered);
        Event logged = facts.channel(sent.channel()).event(answered.sequence());
        if (found.isEmpty()) {
            lost.computeIfAbsent(sent.channel(), channel -> new HashSet<>()).add(answered.sequence());
            violations.add(Kind.LOST, "%s was acknowledged and is not in the log", answered);
        } else if (logged == null || !found.contains(logged)) {
            violations.add(Kind.DISORDERED, "%s was acknowledged and is in the log as %s", answered, found);
        } else {
            violations.unless(logged.sameAs(answered), Kind.CHANGED, "%s and %s differ", answered, logged);
        }
    }

    private static boolean isWhatWasSent(Entry.Sent sent, Event answered) {
        return answered.channel().equals(sent.channel())
                && answered.sender().equals(sent.sender())
                && sent.clientMessageId().equals(answered.clientMessageId())
                && (answered.altered() || sent.content().equals(answered.content()));
    }

    /** One try that was refused tells that nothing was stored; after others, an earlier one may have been. */
    private void refused(Entry.Sent sent, List<Event> found) {
        int status = sent.attempts().isEmpty()
                ? 0
                : sent.attempts().get(sent.attempts().size() - 1).status();
        if (status == 409) {
            violations.add(Kind.CHANGED, "%s is said to have been sent otherwise before", sent);
            return;
        }
        boolean surely = sent.attempts().size() == 1 && status >= 400 && status < 500;
        violations.unless(!surely || found.isEmpty(), Kind.INVENTED, "%s was refused and is in the log", sent);
    }

    private void channel(ChannelFacts channel) {
        for (long sequence = 1; sequence < channel.last(); sequence++) {
            boolean there = channel.event(sequence) != null
                    || lost.getOrDefault(channel.name(), Set.of()).contains(sequence);
            violations.unless(there, Kind.HOLE, "the log of %s has no %s", channel.name(), sequence);
        }
        Set<MessageId> sent = facts.history()
                .all(Entry.Sent.class)
                .filter(each -> each.channel().equals(channel.name()))
                .map(MessageId::of)
                .collect(Collectors.toSet());
        messages.get(channel.name()).forEach((id, events) -> {
            violations.unless(sent.contains(id), Kind.INVENTED, "nobody sent %s", events);
            violations.unless(events.size() == 1, Kind.REPEATED, "%s are one message", events);
        });
    }

    private void read(Entry.Log log) {
        ChannelFacts channel = facts.channel(log.channel());
        String who = log.reader() + ", who reads the log of " + log.channel() + ",";
        long last = 0;
        Set<Long> got = new HashSet<>();
        for (Event event : log.events()) {
            violations.unless(got.add(event.sequence()), Kind.REPEATED, "%s finds %s twice", who, event);
            violations.unless(event.sequence() >= last, Kind.DISORDERED, "%s finds %s after %s", who, event, last);
            last = event.sequence();
            Event same = channel.event(event.sequence());
            violations.unless(event.sameAs(same), Kind.CHANGED, "%s finds %s, not %s", who, event, same);
            violations.unless(channel.covers(log.reader(), event.sequence()), Kind.LEAKED, "%s finds %s", who, event);
        }
        for (Event event : channel.readable(log.reader())) {
            violations.unless(got.contains(event.sequence()), Kind.HOLE, "%s does not find %s", who, event);
        }
    }

    /** Each change that was answered and differs from the one before must have left an event of its own. */
    private void memberships() {
        record Who(String channel, String user) {}
        Map<Who, List<Entry.MembershipChange>> changes = facts.history()
                .all(Entry.MembershipChange.class)
                .filter(Entry.MembershipChange::done)
                .collect(Collectors.groupingBy(change -> new Who(change.channel(), change.user())));
        changes.forEach((who, all) -> {
            ChannelFacts channel = facts.channel(who.channel);
            boolean in = channel.covers(who.user, 1);
            int expected = 0;
            for (Entry.MembershipChange change : all) {
                expected += change.join() == in ? 0 : 1;
                in = change.join();
            }
            long found = channel.log().stream()
                    .filter(event -> who.user.equals(event.user()))
                    .count();
            violations.unless(
                    found >= expected,
                    Kind.LOST,
                    "%s joined and left %s %s times, of which the log has %s",
                    who.user,
                    who.channel,
                    expected,
                    found);
        });
    }
}
