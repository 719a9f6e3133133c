package io.touchline.adapter.jpa;

import static io.touchline.core.port.AppendResult.Reason.CHANNEL_EXISTS;
import static io.touchline.core.port.AppendResult.Reason.DELETED;
import static io.touchline.core.port.AppendResult.Reason.NOT_AUTHOR;
import static io.touchline.core.port.AppendResult.Reason.NO_CHANNEL;
import static io.touchline.core.port.AppendResult.Reason.NO_MESSAGE;
import static io.touchline.core.port.AppendResult.Reason.OTHER_CONTENT;
import static java.util.Objects.requireNonNull;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.AppendResult.Refused;
import io.touchline.core.port.AppendResult.Repeated;
import io.touchline.core.port.AppendResult.Unchanged;
import io.touchline.core.port.Draft;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One channel while a transaction holds its lock, or is about to make it: takes the drafts in order, so that each sees
 * what those before it did, and gathers what is to be written.
 */
final class OpenChannel {
    /** A period that begins in this transaction, and may end in it. */
    record NewPeriod(
            ChannelId channel,
            UserId user,
            long first,
            @Nullable Long last,
            Instant joinedAt) {
        private NewPeriod until(long sequence) {
            return new NewPeriod(channel, user, first, sequence, joinedAt);
        }
    }

    /** A period of before that ends in this transaction. */
    record Ended(ChannelId channel, UserId user, Long last) {}

    /** A channel's latest message, as far as the next event needs to know it. */
    record Latest(long sequence, UserId sender, @Nullable Long skipTo) {}

    private record MessageKey(UserId sender, String clientMessageId) {}

    private record Reading(UserId reader, long sequence) {}

    private final ChannelId id;
    private final long storedSequence;
    private @Nullable String name;
    private long lastSequence;
    private long membersVersion;
    private @Nullable Latest latest;
    private @Nullable EventRow first;
    private boolean owing;

    /** Those of the batch's users who are in now; not all participants. */
    private final Set<UserId> present = new HashSet<>();

    /** Those of them who are in now or once were. */
    private final Set<UserId> known = new HashSet<>();

    private final Set<UserId> founders = new HashSet<>();
    private final Map<MessageKey, EventRow> messages = new HashMap<>();

    /** Of before, by sequence: messages that are to be changed, and what changed them last. */
    private final Map<Long, EventRow> earlier = new HashMap<>();

    private final Set<Reading> readings = new HashSet<>();

    private final List<EventRow> events = new ArrayList<>();

    /** Those of before and of this transaction that are to be written anew, by sequence. */
    private final Map<Long, EventRow> changed = new TreeMap<>();

    private final Map<UserId, NewPeriod> open = new HashMap<>();
    private final List<NewPeriod> closed = new ArrayList<>();
    private final List<Ended> ended = new ArrayList<>();

    OpenChannel(ChannelId id, @Nullable String name, long lastSequence, long membersVersion, @Nullable Latest latest) {
        this.id = id;
        this.name = name;
        this.storedSequence = lastSequence;
        this.lastSequence = lastSequence;
        this.membersVersion = membersVersion;
        this.latest = latest;
    }

    /** One that does not exist yet. */
    static OpenChannel absent(ChannelId id) {
        return new OpenChannel(id, null, 0, 0, null);
    }

    void knowUser(UserId user, boolean isPresent) {
        known.add(user);
        if (isPresent) {
            present.add(user);
        }
    }

    /** It owes already, so that nobody need note it. */
    void knowDebt() {
        owing = true;
    }

    void knowFounder(UserId user) {
        founders.add(user);
    }

    void knowFirst(EventRow event) {
        first = event;
    }

    void knowMessage(EventRow event) {
        messages.put(new MessageKey(event.sender(), requireNonNull(event.clientMessageId())), event);
    }

    void knowEarlier(EventRow event) {
        earlier.put(event.sequence(), event);
    }

    /** That user may read that event of before. */
    void knowReading(UserId reader, long sequence) {
        readings.add(new Reading(reader, sequence));
    }

    AppendResult take(Draft draft) {
        if (draft instanceof Draft.Create create) {
            return create(create);
        }
        if (draft instanceof Draft.Send send) {
            return send(send);
        }
        if (draft instanceof Draft.Edit edit) {
            return edit(edit);
        }
        if (draft instanceof Draft.Delete delete) {
            return delete(delete);
        }
        if (!exists() || !mayChange(draft)) {
            return new Refused(NO_CHANNEL);
        }
        if (draft instanceof Draft.Join join) {
            return join(join);
        }
        return draft instanceof Draft.Leave leave ? leave(leave) : rename((Draft.Rename) draft);
    }

    /** Who left may leave again: that changes nothing, and the answer to the first try may have been lost. */
    private boolean mayChange(Draft draft) {
        return present.contains(draft.sender())
                || (draft instanceof Draft.Leave leave
                        && (leave.byAdministrator()
                                || (leave.sender().equals(leave.user()) && known.contains(leave.user()))));
    }

    private AppendResult create(Draft.Create draft) {
        if (exists()) {
            return repeated(draft, requireNonNull(first));
        }
        name = draft.name();
        first = EventRow.created(id, draft.sender(), draft.at(), name, draft.participants());
        draft.participants().forEach(user -> {
            founders.add(user);
            enter(user, 1, draft.at());
        });
        membersVersion = 1;
        return append(first);
    }

    private AppendResult repeated(Draft.Create draft, EventRow made) {
        boolean same = made.sender().equals(draft.sender())
                && Objects.equals(made.content(), draft.name())
                && founders.equals(Set.copyOf(draft.participants()));
        return same ? new Repeated(made.event()) : new Refused(CHANNEL_EXISTS);
    }

    /** A repeat is answered even to who has left since: the answer to the first try may have been lost. */
    private AppendResult send(Draft.Send draft) {
        EventRow earlier = messages.get(new MessageKey(draft.sender(), draft.clientMessageId()));
        if (earlier != null && earlier.originallySaid(draft.content())) {
            return new Repeated(earlier.event(draft.content()));
        }
        if (!present.contains(draft.sender())) {
            return new Refused(NO_CHANNEL);
        }
        if (earlier != null) {
            return new Refused(OTHER_CONTENT);
        }
        EventRow message = EventRow.message(
                id,
                lastSequence + 1,
                draft.sender(),
                draft.at(),
                draft.content(),
                draft.clientMessageId(),
                draft.generated());
        knowMessage(message);
        return append(message);
    }

    /** A repeat is answered even to who has left since, as of a message. */
    private AppendResult edit(Draft.Edit draft) {
        EventRow message = message(draft.target());
        if (message != null && isBy(draft.sender(), message) && draft.content().equals(message.content())) {
            return repeated(message);
        }
        AppendResult.Reason reason = refusal(draft.sender(), draft.target(), message, false);
        if (reason == null && requireNonNull(message).deleted()) {
            reason = DELETED;
        }
        if (reason != null) {
            return new Refused(reason);
        }
        return change(
                requireNonNull(message),
                EventRow.edit(id, lastSequence + 1, draft.sender(), draft.at(), draft.target(), draft.content()));
    }

    private AppendResult delete(Draft.Delete draft) {
        EventRow message = message(draft.target());
        boolean administrator = draft.byAdministrator();
        if (message != null && message.deleted() && (administrator || isBy(draft.sender(), message))) {
            return repeated(message);
        }
        AppendResult.Reason reason = refusal(draft.sender(), draft.target(), message, administrator);
        if (reason != null) {
            return new Refused(reason);
        }
        return change(
                requireNonNull(message),
                EventRow.deletion(id, lastSequence + 1, draft.sender(), draft.at(), draft.target()));
    }

    /** Why somebody may not change a message, null if he may. */
    private AppendResult.@Nullable Reason refusal(
            UserId sender, long target, @Nullable EventRow message, boolean administrator) {
        if (!exists() || !(administrator || present.contains(sender))) {
            return NO_CHANNEL;
        } else if (message == null) {
            return NO_MESSAGE;
        } else if (administrator || isBy(sender, message)) {
            return null;
        }
        return mayRead(sender, target) ? NOT_AUTHOR : NO_MESSAGE;
    }

    /** What made the message read as it does; its own event, if nothing did. */
    private AppendResult repeated(EventRow message) {
        long by = message.changedBy() == null ? message.sequence() : message.changedBy();
        return new Repeated(requireNonNull(event(by)).event());
    }

    private AppendResult change(EventRow message, EventRow change) {
        Long before = message.changedBy();
        if (before != null) {
            replace(requireNonNull(event(before)).emptied());
        }
        replace(message.changedBy(change));
        return append(change);
    }

    private void replace(EventRow event) {
        changed.put(event.sequence(), event);
        if (event.sequence() > storedSequence) {
            events.set((int) (event.sequence() - firstNewSequence()), event);
        } else {
            earlier.put(event.sequence(), event);
        }
    }

    private @Nullable EventRow message(long sequence) {
        EventRow event = event(sequence);
        return event != null && event.isMessage() ? event : null;
    }

    /** An event of this transaction, or one of before that it was told. */
    private @Nullable EventRow event(long sequence) {
        if (sequence <= storedSequence) {
            return earlier.get(sequence);
        }
        return sequence <= lastSequence ? events.get((int) (sequence - firstNewSequence())) : null;
    }

    /** Who is in and reads an event of this transaction was in at its time, or joined at once after it. */
    private boolean mayRead(UserId user, long sequence) {
        NewPeriod period = open.get(user);
        return sequence <= storedSequence
                ? readings.contains(new Reading(user, sequence))
                : period == null || period.first() <= sequence;
    }

    private static boolean isBy(UserId user, EventRow message) {
        return message.sender().equals(user);
    }

    private AppendResult join(Draft.Join draft) {
        if (present.contains(draft.user())) {
            return new Unchanged();
        }
        membersVersion = lastSequence + 1;
        enter(draft.user(), membersVersion, draft.at());
        return append(EventRow.membership(
                id, membersVersion, EventRow.Type.JOINED, draft.sender(), draft.at(), draft.user()));
    }

    private AppendResult leave(Draft.Leave draft) {
        if (!present.remove(draft.user())) {
            return new Unchanged();
        }
        membersVersion = lastSequence + 1;
        NewPeriod period = open.remove(draft.user());
        if (period == null) {
            ended.add(new Ended(id, draft.user(), membersVersion));
        } else {
            closed.add(period.until(membersVersion));
        }
        return append(
                EventRow.membership(id, membersVersion, EventRow.Type.LEFT, draft.sender(), draft.at(), draft.user()));
    }

    private AppendResult rename(Draft.Rename draft) {
        if (draft.name().equals(name)) {
            return new Unchanged();
        }
        name = draft.name();
        return append(EventRow.renamed(id, lastSequence + 1, draft.sender(), draft.at(), draft.name()));
    }

    private void enter(UserId user, long sequence, Instant at) {
        knowUser(user, true);
        open.put(user, new NewPeriod(id, user, sequence, null, at));
    }

    private AppendResult append(EventRow event) {
        lastSequence = event.sequence();
        Long skipTo = skipTo(event);
        events.add(event.skippingTo(skipTo));
        if (event.isMessage()) {
            latest = new Latest(event.sequence(), event.sender(), skipTo);
        }
        return new Appended(event.event(), membersVersion);
    }

    /** The latest message, or of a message the latest by somebody else. */
    private @Nullable Long skipTo(EventRow event) {
        if (latest == null) {
            return null;
        }
        return event.isMessage() && isBy(latest.sender, event) ? latest.skipTo : Long.valueOf(latest.sequence);
    }

    private boolean exists() {
        return lastSequence > 0;
    }

    ChannelId id() {
        return id;
    }

    /** Whether it is on disk already; otherwise this transaction makes it, or nobody. */
    boolean isStored() {
        return storedSequence > 0;
    }

    boolean hasGrown() {
        return lastSequence > storedSequence;
    }

    boolean isKnownToOwe() {
        return owing;
    }

    @Nullable String name() {
        return name;
    }

    UserId maker() {
        return requireNonNull(first).sender();
    }

    Instant createdAt() {
        return requireNonNull(first).createdAt();
    }

    Instant lastActivityAt() {
        return events.get(events.size() - 1).createdAt();
    }

    long lastSequence() {
        return lastSequence;
    }

    long membersVersion() {
        return membersVersion;
    }

    @Nullable Long lastMessage() {
        return latest == null ? null : latest.sequence;
    }

    @Nullable UserId lastSender() {
        return latest == null ? null : latest.sender;
    }

    @Nullable Long lastSkipTo() {
        return latest == null ? null : latest.skipTo;
    }

    /** The first sequence that this transaction adds. */
    long firstNewSequence() {
        return storedSequence + 1;
    }

    List<EventRow> events() {
        return events;
    }

    Collection<EventRow> changedEvents() {
        return changed.values();
    }

    List<NewPeriod> newPeriods() {
        List<NewPeriod> periods = new ArrayList<>(closed);
        periods.addAll(open.values());
        return periods;
    }

    List<Ended> endedPeriods() {
        return ended;
    }
}
