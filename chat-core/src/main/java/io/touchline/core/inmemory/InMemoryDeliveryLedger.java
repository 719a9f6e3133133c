package io.touchline.core.inmemory;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Event.Message;
import io.touchline.core.model.Marks;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeliveryLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is owed, in memory. */
final class InMemoryDeliveryLedger implements DeliveryLedger {
    private final InMemoryData data;
    private final String owner;
    private final Duration lease;

    InMemoryDeliveryLedger(InMemoryData data, String owner, Duration lease) {
        this.data = data;
        this.owner = owner;
        this.lease = lease;
    }

    /** Whose mark a receipt moves. */
    private record Key(ChannelId channel, UserId user) {}

    @Override
    public Duration lease() {
        return lease;
    }

    @Override
    public List<Moved> acknowledge(Collection<Receipt> receipts) {
        Map<Key, Receipt> merged = new LinkedHashMap<>();
        receipts.forEach(r -> merged.merge(new Key(r.channel(), r.user()), r, Receipt::merge));
        synchronized (data) {
            return merged.values().stream()
                    .map(this::move)
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    private Optional<Moved> move(Receipt receipt) {
        ChannelLog log = data.log(receipt.channel());
        return log == null
                ? Optional.empty()
                : log.participation(receipt.user()).flatMap(own -> move(log, own, receipt));
    }

    private static Optional<Moved> move(ChannelLog log, Participation own, Receipt receipt) {
        long readBefore = own.read;
        if (!own.acknowledge(receipt, log.length())) {
            return Optional.empty();
        }
        Marks marks = new Marks(log.id, own.user, own.delivered, own.read);
        return Optional.of(new Moved(marks, own.overtookAnnouncement(readBefore)));
    }

    @Override
    public List<Claim> claim(int limit) {
        synchronized (data) {
            Instant now = data.clock.instant();
            return data.debts.values().stream()
                    .filter(debt -> debt.isOpenTo(owner, now))
                    .limit(limit)
                    .map(debt -> hold(debt, now))
                    .toList();
        }
    }

    private Claim hold(Debt debt, Instant now) {
        debt.hold(owner, now.plus(lease), data);
        return new Claim(debt.log.id, debt.from, debt.log.length(), debt.fence, debt.attempts);
    }

    @Override
    public List<Unsettled> unsettled(Claim claim, @Nullable UserId after, int limit) {
        synchronized (data) {
            Debt debt = data.debts.get(claim.channel());
            return debt == null
                    ? List.of()
                    : owed(debt, after, data.clock.instant()).limit(limit).toList();
        }
    }

    private static Stream<Unsettled> owed(Debt debt, @Nullable UserId after, Instant now) {
        return debt.log.participationsAfter(after).stream()
                .map(own -> unsettled(debt, own, now))
                .flatMap(Optional::stream);
    }

    private static Optional<Unsettled> unsettled(Debt debt, Participation own, Instant now) {
        List<Event> events = debt.log
                .after(Math.max(own.settled(), debt.from - 1), own)
                .filter(event -> !event.sender().equals(own.user))
                .toList();
        if (events.isEmpty()) {
            return Optional.empty();
        }
        List<Event> messages =
                events.stream().filter(InMemoryDeliveryLedger::isToRead).toList();
        return Optional.of(new Unsettled(
                own.user,
                events.get(0).sequence(),
                events.get(events.size() - 1).sequence(),
                Math.min(messages.size(), MAX_COUNTED),
                messages.isEmpty() ? null : messages.get(messages.size() - 1),
                own.mutedUntil(now) != null));
    }

    private static boolean isToRead(Event event) {
        return event.body() instanceof Message message && !message.deleted();
    }

    @Override
    public void end(Collection<Settlement> settlements) {
        synchronized (data) {
            settlements.stream()
                    .sorted(Comparator.comparingLong(Settlement::upTo))
                    .forEach(this::end);
        }
    }

    private void end(Settlement ended) {
        Debt debt = held(ended.claim());
        if (debt != null) {
            long upTo = Math.min(ended.upTo(), debt.log.length());
            debt.log.participation(ended.user()).ifPresent(own -> own.end(upTo, ended.end(), data.clock.instant()));
        }
    }

    @Override
    public Set<ChannelId> settle(Collection<Claim> claims) {
        Set<ChannelId> settled = new HashSet<>();
        synchronized (data) {
            for (Claim claim : claims) {
                Debt debt = held(claim);
                if (debt == null) {
                    continue;
                }
                debt.attempts = 0;
                if (owed(debt, null, data.clock.instant()).findAny().isEmpty()) {
                    data.debts.remove(claim.channel());
                    settled.add(claim.channel());
                }
            }
        }
        return settled;
    }

    @Override
    public void handOver() {
        synchronized (data) {
            data.debts.values().forEach(debt -> debt.letGo(owner, data));
        }
    }

    /** What is owed under a claim, null if the claim has passed to somebody else or is over. */
    private @Nullable Debt held(Claim claim) {
        Debt debt = data.debts.get(claim.channel());
        return debt != null && debt.fence == claim.fence() ? debt : null;
    }
}
