package io.touchline.core.inmemory;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Event.Body;
import io.touchline.core.model.Event.ChannelCreated;
import io.touchline.core.model.Event.ChannelRenamed;
import io.touchline.core.model.Event.Message;
import io.touchline.core.model.Event.MessageDeleted;
import io.touchline.core.model.Event.MessageEdited;
import io.touchline.core.model.Event.ParticipantJoined;
import io.touchline.core.model.Event.ParticipantLeft;
import io.touchline.core.model.Members;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.AppendResult.Reason;
import io.touchline.core.port.AppendResult.Refused;
import io.touchline.core.port.AppendResult.Repeated;
import io.touchline.core.port.AppendResult.Unchanged;
import io.touchline.core.port.Draft;
import io.touchline.core.port.Draft.Create;
import io.touchline.core.port.Draft.Delete;
import io.touchline.core.port.Draft.Edit;
import io.touchline.core.port.Draft.Join;
import io.touchline.core.port.Draft.Leave;
import io.touchline.core.port.Draft.Rename;
import io.touchline.core.port.Draft.Send;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One channel: its events in order, and who belonged to it when. */
final class ChannelLog {
    final ChannelId id;

    private final Create made;
    private final List<Event> events = new ArrayList<>();
    private final NavigableMap<UserId, Participation> participations = new TreeMap<>();
    private final Map<Sent, Long> sent = new HashMap<>();
    private final Map<Long, Changed> changed = new HashMap<>();
    private final TreeSet<Long> renamings = new TreeSet<>();
    private long membersVersion;

    /** What makes a message the same one. */
    private record Sent(UserId sender, String clientMessageId) {}

    /**
     * A message that does not read as it was sent.
     *
     * @param original a digest of what it said at first: the text itself is to be gone
     * @param by the latest edit, or the deletion
     */
    private record Changed(String original, long by) {}

    ChannelLog(Create made) {
        this.id = made.channel();
        this.made = made;
    }

    // ---- Appending

    AppendResult begin() {
        made.participants().forEach(user -> partOf(user).join(1));
        List<UserId> shown =
                made.participants().stream().limit(ChannelCreated.SHOWN).toList();
        int count = made.participants().size();
        return membershipChanged(made, new ChannelCreated(made.name(), shown, count));
    }

    AppendResult append(Draft draft) {
        if (draft instanceof Create create) {
            return makeAgain(create);
        } else if (draft instanceof Send send) {
            return send(send);
        } else if (draft instanceof Leave leave) {
            return leave(leave);
        } else if (draft instanceof Edit edit) {
            return edit(edit);
        } else if (draft instanceof Delete delete) {
            return delete(delete);
        } else if (!isIn(draft.sender())) {
            return new Refused(Reason.NO_CHANNEL);
        } else if (draft instanceof Join join) {
            return join(join);
        }
        return rename((Rename) draft);
    }

    private AppendResult makeAgain(Create again) {
        boolean same = again.sender().equals(made.sender())
                && Objects.equals(again.name(), made.name())
                && Set.copyOf(again.participants()).equals(Set.copyOf(made.participants()));
        return same ? new Repeated(event(1)) : new Refused(Reason.CHANNEL_EXISTS);
    }

    /** Looks for the repeat first: who sent and then left is still told that his message is there. */
    private AppendResult send(Send draft) {
        Sent key = new Sent(draft.sender(), draft.clientMessageId());
        Long first = sent.get(key);
        String shownId = draft.generated() ? null : draft.clientMessageId();
        if (first != null) {
            return originallySaid(first, draft.content())
                    ? new Repeated(with(event(first), Message.of(draft.content(), shownId)))
                    : new Refused(Reason.OTHER_CONTENT);
        }
        if (!isIn(draft.sender())) {
            return new Refused(Reason.NO_CHANNEL);
        }
        Appended appended = add(draft, Message.of(draft.content(), shownId));
        sent.put(key, appended.event().sequence());
        return appended;
    }

    private boolean originallySaid(long sequence, String content) {
        Changed change = changed.get(sequence);
        return change == null
                ? content.equals(message(sequence).content())
                : change.original().equals(digest(content));
    }

    /** Looks for the repeat first, as sending does. */
    private AppendResult edit(Edit draft) {
        long target = draft.target();
        if (isBy(draft.sender(), target)
                && draft.content().equals(message(target).content())) {
            return new Repeated(changeOf(target));
        }
        Reason reason = refusal(draft.sender(), target, false);
        if (reason != null) {
            return new Refused(reason);
        }
        Message message = message(target);
        if (message.deleted()) {
            return new Refused(Reason.DELETED);
        }
        change(target, new Message(draft.content(), message.clientMessageId(), draft.at(), false));
        return add(draft, new MessageEdited(target, draft.content()));
    }

    private AppendResult delete(Delete draft) {
        long target = draft.target();
        boolean may = isBy(draft.sender(), target) || (draft.byAdministrator() && isMessage(target));
        if (may && message(target).deleted()) {
            return new Repeated(changeOf(target));
        }
        Reason reason = refusal(draft.sender(), target, draft.byAdministrator());
        if (reason != null) {
            return new Refused(reason);
        }
        change(target, new Message(null, message(target).clientMessageId(), null, true));
        return add(draft, new MessageDeleted(target));
    }

    /** Why somebody may not change a message, null if he may. */
    private @Nullable Reason refusal(UserId sender, long target, boolean administrator) {
        if (administrator) {
            return isMessage(target) ? null : Reason.NO_MESSAGE;
        } else if (!isIn(sender)) {
            return Reason.NO_CHANNEL;
        } else if (!isMessageOf(target, sender)) {
            return Reason.NO_MESSAGE;
        }
        return isBy(sender, target) ? null : Reason.NOT_AUTHOR;
    }

    /** The event that made a message read as it does. */
    private Event changeOf(long sequence) {
        Changed change = changed.get(sequence);
        return event(change == null ? sequence : change.by());
    }

    /** Has a message read so from the next event on, and empties the edit of before. */
    private void change(long sequence, Message now) {
        Changed before = changed.get(sequence);
        if (before != null) {
            replace(before.by(), new MessageEdited(sequence, null));
        }
        String original = before != null
                ? before.original()
                : digest(Objects.requireNonNull(message(sequence).content()));
        replace(sequence, now);
        changed.put(sequence, new Changed(original, next()));
    }

    private void replace(long sequence, Body body) {
        events.set((int) sequence - 1, with(event(sequence), body));
    }

    private static Event with(Event event, Body body) {
        return new Event(event.channel(), event.sequence(), event.sender(), event.createdAt(), body);
    }

    private boolean isMessage(long sequence) {
        return 1 <= sequence && sequence <= length() && event(sequence).body() instanceof Message;
    }

    private boolean isBy(UserId user, long sequence) {
        return isMessage(sequence) && event(sequence).sender().equals(user);
    }

    private Message message(long sequence) {
        return (Message) event(sequence).body();
    }

    private static String digest(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return new String(digest.digest(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.ISO_8859_1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private AppendResult rename(Rename draft) {
        if (draft.name().equals(name(length()))) {
            return new Unchanged();
        }
        Appended appended = add(draft, new ChannelRenamed(draft.name()));
        renamings.add(appended.event().sequence());
        return appended;
    }

    private AppendResult join(Join draft) {
        if (isIn(draft.user())) {
            return new Unchanged();
        }
        partOf(draft.user()).join(next());
        return membershipChanged(draft, new ParticipantJoined(draft.user()));
    }

    private AppendResult leave(Leave draft) {
        boolean mayAsk = draft.byAdministrator() || isIn(draft.sender()) || isLeavingAgain(draft);
        if (!mayAsk) {
            return new Refused(Reason.NO_CHANNEL);
        }
        if (!isIn(draft.user())) {
            return new Unchanged();
        }
        partOf(draft.user()).leave(next());
        return membershipChanged(draft, new ParticipantLeft(draft.user()));
    }

    private boolean isLeavingAgain(Leave draft) {
        return draft.sender().equals(draft.user()) && participations.containsKey(draft.user());
    }

    private Appended membershipChanged(Draft draft, Body body) {
        membersVersion = next();
        return add(draft, body);
    }

    private Appended add(Draft draft, Body body) {
        Event event = new Event(id, next(), draft.sender(), draft.at(), body);
        events.add(event);
        return new Appended(event, membersVersion);
    }

    private Participation partOf(UserId user) {
        return participations.computeIfAbsent(user, Participation::new);
    }

    private long next() {
        return length() + 1;
    }

    // ---- Reading

    /** The last sequence. */
    long length() {
        return events.size();
    }

    Event event(long sequence) {
        return events.get((int) sequence - 1);
    }

    /** The events of a participation after a sequence, in order. */
    Stream<Event> after(long sequence, Participation of) {
        return LongStream.rangeClosed(Math.max(sequence + 1, of.first()), of.last(length()))
                .filter(of::covers)
                .mapToObj(this::event);
    }

    /** The messages of a participation before a sequence, newest first. */
    Stream<Event> messagesBefore(long sequence, Participation of) {
        long last = Math.min(sequence - 1, of.last(length()));
        return LongStream.iterate(last, s -> s >= of.first(), s -> s - 1)
                .filter(of::covers)
                .mapToObj(this::event)
                .filter(event -> event.body() instanceof Message);
    }

    /** Whether it is a message that the user may read. */
    boolean isMessageOf(long sequence, UserId user) {
        return isMessage(sequence)
                && participation(user).filter(own -> own.covers(sequence)).isPresent();
    }

    /** The channel's name right after that event. */
    @Nullable String name(long sequence) {
        Long renamed = renamings.floor(sequence);
        return renamed == null ? made.name() : ((ChannelRenamed) event(renamed).body()).name();
    }

    Members members() {
        return new Members(
                membersVersion,
                participations.values().stream()
                        .flatMap(participation -> participation.periods.stream())
                        .toList());
    }

    /** Who takes part or did, by user id, after that user; null to begin. */
    Collection<Participation> participationsAfter(@Nullable UserId after) {
        return (after == null ? participations : participations.tailMap(after, false)).values();
    }

    /** Empty for who was never in. */
    Optional<Participation> participation(UserId user) {
        return Optional.ofNullable(participations.get(user));
    }

    boolean isIn(UserId user) {
        return participation(user).filter(Participation::isIn).isPresent();
    }
}
