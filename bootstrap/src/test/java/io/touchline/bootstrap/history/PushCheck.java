package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Violation.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Announcements: none of what is not the user's to read or not to be announced, none of what he has long acknowledged,
 * and none twice for a device, unless a node crashed on the way or another device of his had to be tried again.
 */
final class PushCheck {
    /** How much later than it happened an announcement may have been taken down. */
    private static final long LATE = Duration.ofSeconds(1).toNanos();

    private final Facts facts;
    private final Violations violations = new Violations();
    private final List<Entry.Pushed> all;
    private final Map<String, List<Entry.Receipt>> receipts;

    private record Screen(String device, String channel) {}

    PushCheck(Facts facts) {
        this.facts = facts;
        this.all = facts.history().all(Entry.Pushed.class).toList();
        this.receipts = facts.history().all(Entry.Receipt.class).collect(Collectors.groupingBy(Entry.Receipt::user));
    }

    List<Violation> violations() {
        Map<Screen, Entry.Pushed> latest = new HashMap<>();
        for (Entry.Pushed pushed : all) {
            ofHisOwn(pushed);
            inVain(pushed);
            if (pushed.accepted()) {
                Screen screen = new Screen(pushed.device(), pushed.channel());
                Entry.Pushed before = latest.get(screen);
                if (before == null || pushed.sequence() > before.sequence()) {
                    latest.put(screen, pushed);
                } else {
                    again(before, pushed);
                    latest.put(screen, at(pushed, before.sequence()));
                }
            }
        }
        return violations.found();
    }

    private static Entry.Pushed at(Entry.Pushed pushed, long sequence) {
        return new Entry.Pushed(pushed.at(), pushed.user(), pushed.device(), pushed.channel(), sequence, true);
    }

    private void ofHisOwn(Entry.Pushed pushed) {
        ChannelFacts channel = facts.channel(pushed.channel());
        if (!channel.covers(pushed.user(), pushed.sequence())) {
            violations.add(Kind.LEAKED, "%s, which is not for him", pushed);
            return;
        }
        Event event = channel.event(pushed.sequence());
        boolean news = event == null || event.isMessage() && !event.sender().equals(pushed.user());
        violations.unless(news, Kind.INVENTED, "%s tells of %s, which is no news", pushed, event);
    }

    private void again(Entry.Pushed before, Entry.Pushed again) {
        boolean sibling = all.stream()
                .anyMatch(other -> !other.accepted()
                        && other.user().equals(again.user())
                        && other.channel().equals(again.channel())
                        && !other.device().equals(again.device())
                        && other.at() >= before.at() - LATE
                        && other.at() <= again.at());
        violations.unless(
                sibling || facts.mayAnnounceAgain(before.at() - LATE, again.at()),
                Kind.ANNOUNCED_TWICE,
                "%s and then %s",
                before,
                again);
    }

    private void inVain(Entry.Pushed pushed) {
        long bound = facts.promises().behind().toNanos();
        boolean acknowledged = receipts.getOrDefault(pushed.user(), List.of()).stream()
                .filter(receipt -> receipt.delivered().getOrDefault(pushed.channel(), 0L) >= pushed.sequence())
                .anyMatch(receipt ->
                        receipt.at() + bound < pushed.at() && !facts.brokenBetween(receipt.at() - bound, pushed.at()));
        violations.unless(!acknowledged, Kind.ANNOUNCED_IN_VAIN, "%s, which he had long acknowledged", pushed);
    }
}
