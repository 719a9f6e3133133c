package io.touchline.core;

import io.touchline.core.RefusedException.Reason;
import io.touchline.core.internal.Delivering;
import io.touchline.core.internal.LogWriter;
import io.touchline.core.model.CatchUp;
import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.Device;
import io.touchline.core.model.Event;
import io.touchline.core.model.LogPage;
import io.touchline.core.model.Page;
import io.touchline.core.model.Participant;
import io.touchline.core.model.Presence;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.ChannelPolicy;
import io.touchline.core.port.ChannelPolicy.Action;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.Draft;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.UserDirectory;
import io.touchline.core.port.UserStore;
import io.touchline.core.port.UserStore.Acquaintance;
import io.touchline.core.port.Whereabouts;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The chat, as an API node or an embedding program drives it: what users ask for, checked, stored, and brought to those
 * whom it concerns.
 *
 * <p>Every method but {@link #sendAsync} blocks until what it asks for is durable, within the deadlines of the adapters,
 * and may be called by any thread. Delivery goes on in the background after a method has returned.
 * {@link RefusedException} says that the request cannot be; {@link UnavailableException} that it can be tried again: then
 * nothing was stored, or the same client message id will tell.
 */
public final class Chat implements AutoCloseable {
    /** Most participants that a channel can be made with. */
    public static final int MAX_PARTICIPANTS = 10_000;

    /** Longest name of a channel, in characters. */
    public static final int MAX_NAME = 128;

    /** Longest client message id, in characters. */
    public static final int MAX_CLIENT_MESSAGE_ID = 64;

    /** How many events one catching up brings at most. */
    public static final int MAX_SYNC = 500;

    /** How many users' presence can be asked for at once. */
    public static final int MAX_PRESENCE = 200;

    /** How many channels one request may name. */
    public static final int MAX_NAMED_CHANNELS = 2_000;

    private final MessageStore messages;
    private final ChannelDirectory channels;
    private final DeviceStore devices;
    private final UserStore people;
    private final PresenceRegistry presence;
    private final UserDirectory users;
    private final ChannelPolicy policy;
    private final ChatSettings settings;
    private final Clock clock;
    private final LogWriter log;
    private final Delivering delivering;

    Chat(ChatBuilder parts, LogWriter log, Delivering delivering) {
        this.messages = parts.messages();
        this.channels = parts.channels();
        this.devices = parts.devices();
        this.people = parts.people();
        this.presence = parts.presence();
        this.users = parts.users;
        this.policy = parts.policy;
        this.settings = parts.settings;
        this.clock = parts.clock;
        this.log = log;
        this.delivering = delivering;
    }

    /** Begins to put a chat together. */
    public static ChatBuilder builder() {
        return new ChatBuilder();
    }

    /**
     * A channel that was asked for.
     *
     * @param created false if it was there already
     */
    public record Made(Channel channel, boolean created) {}

    /**
     * A message that was sent.
     *
     * @param repeated it was sent before, and this is the first event
     */
    public record Sent(Event event, boolean repeated) {}

    /**
     * Makes a channel. The caller takes part unasked.
     *
     * @param id null to have one made
     */
    public Made createChannel(
            UserId caller, @Nullable ChannelId id, @Nullable String name, Collection<UserId> participants) {
        if (id != null && id.isDirect()) {
            throw RefusedException.invalid("id", "ids that begin with direct: belong to the channels of two people");
        }
        if (name != null) {
            checkName(name);
        }
        return create(caller, id == null ? ChannelId.random() : id, name, "participants", participants);
    }

    /** Makes or finds the one channel of two people. */
    public Made directChannel(UserId caller, UserId other) {
        if (caller.equals(other)) {
            throw RefusedException.invalid("direct", "a direct channel has two people: name somebody else");
        }
        ChannelId id = ChannelId.direct(caller, other);
        return channels.channel(caller, id)
                .map(channel -> new Made(channel, false))
                .orElseGet(() -> create(caller, id, null, "direct", List.of(other)));
    }

    private Made create(UserId caller, ChannelId id, @Nullable String name, String field, Collection<UserId> others) {
        Set<UserId> participants = new LinkedHashSet<>();
        participants.add(caller);
        participants.addAll(others);
        if (participants.size() > MAX_PARTICIPANTS) {
            throw RefusedException.invalid(
                    field, "a channel is made with at most " + MAX_PARTICIPANTS + " participants");
        }
        checkKnown(field, participants);
        checkAllowed(caller, Action.CREATE, id);
        AppendResult result = log.append(new Draft.Create(id, caller, now(), name, List.copyOf(participants)));
        if (id.isDirect() && result instanceof AppendResult.Refused) {
            return new Made(channel(caller, id), false); // the other of the two was first
        }
        event(result);
        return new Made(channel(caller, id), result instanceof AppendResult.Appended);
    }

    /** The channels that the caller is in, latest activity first. */
    public Page<Channel> channels(UserId caller, @Nullable String cursor, int limit) {
        return channels.channels(caller, cursor, limit);
    }

    /** One channel. */
    public Channel channel(UserId caller, ChannelId channel) {
        return channels.channel(caller, channel).orElseThrow(RefusedException::noChannel);
    }

    /** Gives a channel another name. */
    public Channel rename(UserId caller, ChannelId channel, String name) {
        checkName(name);
        checkAllowed(caller, Action.RENAME, channel);
        changed(log.append(new Draft.Rename(channel, caller, now(), name)));
        return channel(caller, channel);
    }

    /** Who takes part, by user id. */
    public Page<Participant> participants(UserId caller, ChannelId channel, @Nullable String cursor, int limit) {
        return channels.participants(channel, caller, cursor, limit).orElseThrow(RefusedException::noChannel);
    }

    /** Adds a user to a channel; no change if he is in. */
    public void addParticipant(UserId caller, ChannelId channel, UserId user) {
        checkNotDirect(caller, channel);
        checkKnown("user", Set.of(user));
        checkAllowed(caller, Action.ADD, channel);
        changed(log.append(new Draft.Join(channel, caller, now(), user)));
    }

    /**
     * Takes a user out of a channel; no change if he is out.
     *
     * @param administrator the caller may take out others, from any channel
     */
    public void removeParticipant(UserId caller, boolean administrator, ChannelId channel, UserId user) {
        if (!administrator && !caller.equals(user)) {
            channel(caller, channel);
            throw new RefusedException(
                    Reason.FORBIDDEN, null, "Only an administrator may take somebody else out of a channel.");
        }
        checkNotDirect(caller, channel);
        checkAllowed(caller, Action.REMOVE, channel);
        changed(log.append(new Draft.Leave(channel, caller, now(), user, administrator)));
    }

    /**
     * Sends a message.
     *
     * @param clientMessageId makes it the same message however often it is sent; null if it is sent once
     */
    public Sent send(UserId caller, ChannelId channel, String content, @Nullable String clientMessageId) {
        return sent(log.append(message(caller, channel, content, clientMessageId)));
    }

    /**
     * Sends a message like {@link #send}, while no thread waits for it: for servers with more callers than threads. What is
     * wrong with the message itself is thrown at once.
     *
     * @param patient has the threads for the few that wait after all, where another transaction holds the channel
     * @return completed as soon as the message is durable, by the thread that stored it, or a timer, which must not be held
     *     up; fails with what {@link #send} throws
     */
    public CompletionStage<Sent> sendAsync(
            UserId caller, ChannelId channel, String content, @Nullable String clientMessageId, Executor patient) {
        return log.append(message(caller, channel, content, clientMessageId), patient)
                .thenApply(Chat::sent);
    }

    private Draft.Send message(UserId caller, ChannelId channel, String content, @Nullable String clientMessageId) {
        Content.check(content, settings.maxMessageBytes());
        if (clientMessageId != null) {
            checkClientMessageId(clientMessageId);
        }
        checkAllowed(caller, Action.SEND, channel);
        String id =
                clientMessageId != null ? clientMessageId : UUID.randomUUID().toString();
        return new Draft.Send(channel, caller, now(), content, id, clientMessageId == null);
    }

    private static Sent sent(AppendResult result) {
        return new Sent(event(result), result instanceof AppendResult.Repeated);
    }

    /**
     * Has a message of the caller's read otherwise.
     *
     * @return the event that tells so; if the message reads so already, what made it
     */
    public Event edit(UserId caller, ChannelId channel, long sequence, String content) {
        Content.check(content, settings.maxMessageBytes());
        checkAllowed(caller, Action.EDIT, channel);
        return event(log.append(new Draft.Edit(channel, caller, now(), sequence, content)));
    }

    /**
     * Empties a message and all its edits.
     *
     * @param administrator the message may be somebody else's, in any channel
     * @return the event that tells so, the first if it was deleted before
     */
    public Event delete(UserId caller, boolean administrator, ChannelId channel, long sequence) {
        checkAllowed(caller, Action.DELETE, channel);
        return event(log.append(new Draft.Delete(channel, caller, now(), sequence, administrator)));
    }

    /**
     * Has no push come from a channel to the caller.
     *
     * @param until null for ever
     */
    public void mute(UserId caller, ChannelId channel, @Nullable Instant until) {
        if (until != null && (!until.isAfter(now()) || until.isAfter(Channel.FOR_EVER))) {
            throw RefusedException.invalid("until", "must be a time that is still to come, before the year 10000");
        }
        setMute(caller, channel, until == null ? Channel.FOR_EVER : until.truncatedTo(ChronoUnit.MILLIS));
    }

    /** Has pushes come again. */
    public void unmute(UserId caller, ChannelId channel) {
        setMute(caller, channel, null);
    }

    private void setMute(UserId caller, ChannelId channel, @Nullable Instant until) {
        if (!channels.mute(caller, channel, until)) {
            throw RefusedException.noChannel();
        }
    }

    /** A channel's log after a sequence, in order. */
    public LogPage events(UserId caller, ChannelId channel, long after, int limit) {
        return messages.events(channel, caller, after, limit).orElseThrow(RefusedException::noChannel);
    }

    /** A channel's newest messages before a sequence, oldest first, as they now read. */
    public LogPage messages(UserId caller, ChannelId channel, long before, int limit) {
        return messages.messages(channel, caller, before, limit).orElseThrow(RefusedException::noChannel);
    }

    /** What became of a message for everybody it was for, by user id. Whoever may read it may ask. */
    public Page<DeliveryState> delivery(
            UserId caller, ChannelId channel, long sequence, @Nullable String cursor, int limit) {
        return channels.deliveries(channel, sequence, caller, cursor, limit).orElseThrow(RefusedException::noMessage);
    }

    /**
     * What the caller missed.
     *
     * @param known the last sequence that he has of each channel that he knows
     */
    public CatchUp sync(UserId caller, Map<ChannelId, Long> known) {
        if (known.size() > MAX_NAMED_CHANNELS) {
            throw RefusedException.invalid("channels", "name at most " + MAX_NAMED_CHANNELS + " channels at once");
        }
        return messages.catchUp(caller, known, MAX_SYNC);
    }

    /** Moves the marks of whoever sent the receipts; durable on return. Channels that are not his are passed over. */
    public void acknowledge(Collection<Receipt> receipts) {
        if (receipts.size() > MAX_NAMED_CHANNELS) {
            throw RefusedException.invalid("delivered", "name at most " + MAX_NAMED_CHANNELS + " channels at once");
        }
        delivering.acknowledge(receipts);
    }

    /**
     * Shows the other participants who are connected that the caller is typing; told more often than every three seconds,
     * it is passed on no more. Not in channels that are too large for signals, and lost if it cannot be brought now.
     */
    public void typing(UserId caller, ChannelId channel) {
        if (channels.participants(channel, caller, null, 1).isEmpty()) {
            throw RefusedException.noChannel();
        }
        delivering.typing(channel, caller);
    }

    /**
     * Who of these users is there; those who share no channel with the caller now, and are not himself, are left out.
     *
     * @throws UnavailableException also if the presence registry does not know it of somebody
     */
    public List<Presence> presence(UserId caller, Collection<UserId> asked) {
        Set<UserId> distinct = new LinkedHashSet<>(asked);
        if (distinct.isEmpty() || asked.size() > MAX_PRESENCE) {
            throw RefusedException.invalid("user", "name 1 to " + MAX_PRESENCE + " users");
        }
        List<Acquaintance> known = people.acquaintances(caller, distinct);
        Map<UserId, Whereabouts> found =
                presence.locate(known.stream().map(Acquaintance::user).toList());
        return known.stream()
                .map(one -> new Presence(one.user(), isOnline(found.get(one.user())), one.lastSeen()))
                .toList();
    }

    private static boolean isOnline(@Nullable Whereabouts at) {
        if (at instanceof Whereabouts.Where) {
            return true;
        }
        if (at instanceof Whereabouts.Nowhere) {
            return false;
        }
        throw new UnavailableException("the presence registry does not know yet who is there", null);
    }

    /**
     * Closes every connection of a user, and makes worthless every token that was issued to him until now.
     *
     * @param administrator whether the caller is one, as he must be
     * @throws UnavailableException if the store does not have it, or a chat node that may hold a connection of his was not
     *     reached; what could be done is done, and the rest follows when it can
     */
    public void closeConnections(boolean administrator, UserId user) {
        if (!administrator) {
            throw new RefusedException(
                    Reason.FORBIDDEN, null, "Only an administrator may close somebody's connections.");
        }
        delivering.revoke(user);
    }

    /**
     * Whether a token has become worthless, although it looks good. To be asked for every request; costs nothing.
     *
     * @throws UnavailableException if it cannot be told yet
     */
    public boolean isRevoked(Token token) {
        return delivering.isRevoked(token);
    }

    /** Registers a device to be pushed; a token belongs to who registered it last. */
    public void registerDevice(Device device) {
        devices.register(device);
    }

    /** Removes a device; no change if there is none of that id. */
    public void removeDevice(UserId caller, String device) {
        devices.remove(caller, device);
    }

    /** Stops to deliver; what is owed stays owed. */
    @Override
    public void close() {
        log.close();
        delivering.close();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static void changed(AppendResult result) {
        if (!(result instanceof AppendResult.Unchanged)) {
            event(result);
        }
    }

    private static Event event(AppendResult result) {
        if (result instanceof AppendResult.Appended appended) {
            return appended.event();
        }
        if (result instanceof AppendResult.Repeated repeated) {
            return repeated.event();
        }
        if (result instanceof AppendResult.Refused refused) {
            throw refusal(refused.reason());
        }
        throw new IllegalStateException("a store answered " + result);
    }

    private static RefusedException refusal(AppendResult.Reason reason) {
        return switch (reason) {
            case NO_CHANNEL -> RefusedException.noChannel();
            case CHANNEL_EXISTS ->
                new RefusedException(Reason.CONFLICT, "id", "There is another channel of that id: choose another.");
            case NO_MESSAGE -> RefusedException.noMessage();
            case NOT_AUTHOR ->
                new RefusedException(
                        Reason.FORBIDDEN,
                        null,
                        "A message is edited by its author, and deleted by him or an administrator.");
            case DELETED -> new RefusedException(Reason.CONFLICT, null, "The message is deleted, and stays so.");
            case OTHER_CONTENT ->
                new RefusedException(
                        Reason.CONFLICT,
                        "clientMessageId",
                        "You sent another content under that clientMessageId: use a new one for a new message.");
        };
    }

    private void checkKnown(String field, Set<UserId> named) {
        Set<UserId> unknown = new LinkedHashSet<>(named);
        unknown.removeAll(users.names(named).keySet());
        if (!unknown.isEmpty()) {
            throw RefusedException.invalid(
                    field, "there is no user " + unknown.iterator().next());
        }
    }

    private void checkAllowed(UserId caller, Action action, ChannelId channel) {
        if (!policy.allows(caller, action, channel)) {
            throw new RefusedException(Reason.FORBIDDEN, null, "You may not do that in this channel.");
        }
    }

    private void checkNotDirect(UserId caller, ChannelId channel) {
        if (channel.isDirect()) {
            channel(caller, channel);
            throw new RefusedException(Reason.CONFLICT, null, "A direct channel keeps its two people.");
        }
    }

    private static void checkName(String name) {
        if (name.isBlank() || name.length() > MAX_NAME || !isPlain(name)) {
            throw RefusedException.invalid(
                    "name", "has 1 to " + MAX_NAME + " characters, not all blank, and no control characters");
        }
    }

    private static void checkClientMessageId(String id) {
        if (id.isEmpty() || id.length() > MAX_CLIENT_MESSAGE_ID || !isPlain(id)) {
            throw RefusedException.invalid(
                    "clientMessageId", "has 1 to " + MAX_CLIENT_MESSAGE_ID + " characters and no control characters");
        }
    }

    /** No control characters and no lone surrogates. */
    private static boolean isPlain(String text) {
        return text.codePoints()
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }
}
