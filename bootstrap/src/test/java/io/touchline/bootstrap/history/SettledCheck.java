package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Violation.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything is settled for everybody in time: for who is connected, by his mark; for who is not, by an announcement to
 * each of his devices, unless he has none or it is nothing to announce.
 */
final class SettledCheck {
    private static final Set<String> NOTHING_TO_TELL = Set.of("muted", "no-device", "rejected");

    private final Facts facts;
    private final Map<Key, Long> marks = new HashMap<>();
    private final Map<Key, Long> receipts = new HashMap<>();
    private final Map<String, Map<Long, Long>> begun = new HashMap<>();
    private final Map<EventKey, Entry.Delivery> deliveries = new HashMap<>();
    private final Map<String, List<Entry.Registered>> devices;
    private final Announcements announcements;

    private record Key(String channel, String user) {}

    private record EventKey(String channel, long sequence, String user) {}

    /** Something that is not settled, and since when it should be on its way. */
    private record Open(Kind kind, String text, long since) {}

    SettledCheck(Facts facts) {
        this.facts = facts;
        this.devices = facts.devices();
        this.announcements = new Announcements(facts.history());
        History history = facts.history();
        history.all(Entry.Mark.class)
                .forEach(mark -> marks.put(new Key(mark.channel(), mark.user()), mark.delivered()));
        history.all(Entry.Receipt.class)
                .forEach(receipt -> receipt.delivered()
                        .forEach((channel, sequence) ->
                                receipts.merge(new Key(channel, receipt.user()), sequence, Math::max)));
        history.all(Entry.Sent.class)
                .filter(sent -> sent.event() != null)
                .forEach(sent -> begun.computeIfAbsent(sent.channel(), channel -> new HashMap<>())
                        .put(sent.event().sequence(), sent.at()));
        history.all(Entry.Delivery.class)
                .forEach(each -> deliveries.put(new EventKey(each.channel(), each.sequence(), each.user()), each));
    }

    List<Violation> violations() {
        long bound = facts.promises().settled().toNanos();
        Violations violations = new Violations();
        open().filter(open -> facts.countedFrom(open.since, bound) + bound < facts.end())
                .forEach(open -> violations.add(open.kind, "%s", open.text));
        late(violations);
        return violations.found();
    }

    /** What is not settled at the end, late or not. */
    List<String> stillOpen() {
        return open().map(Open::text).toList();
    }

    private Stream<Open> open() {
        return facts.channels().stream()
                .flatMap(channel -> channel.users().stream().flatMap(user -> open(channel, user)));
    }

    /** The first of each channel and user, if there is one. */
    private Stream<Open> open(ChannelFacts channel, String user) {
        long delivered = delivered(channel, user);
        boolean connected = facts.receiversOf(user).stream().anyMatch(ReceiverFacts::isConnectedAtTheEnd);
        return channel.owed(user).stream()
                .filter(event -> event.sequence() > delivered || isPending(user, event))
                .filter(event -> isPending(user, event) || !(connected ? isExcused(user, event) : isTold(user, event)))
                .limit(1)
                .map(event -> open(channel, user, event, connected));
    }

    private Open open(ChannelFacts channel, String user, Event event, boolean connected) {
        long since = since(channel, user, event);
        if (isPending(user, event)) {
            return new Open(Kind.UNSETTLED, event + " is pending for " + user, since);
        }
        return connected
                ? new Open(Kind.UNSETTLED, user + " is connected, and his mark is before " + event, since)
                : new Open(Kind.UNANNOUNCED, user + " is offline, and not every device was told of " + event, since);
    }

    private boolean isPending(String user, Event event) {
        return states(user, event).anyMatch(delivery -> delivery.state().equals("pending"));
    }

    /** Who was offline for it may have been told by push; and receipts that were lost may have ended in another way. */
    private boolean isExcused(String user, Event event) {
        return isAnnounced(user, event)
                || states(user, event).findAny().isPresent() && facts.brokenBetween(0, facts.end());
    }

    /** Whether there is nothing more to do for who is offline. */
    private boolean isTold(String user, Event event) {
        return !event.isMessage()
                || requiredDevices(user, event).isEmpty()
                || isAnnounced(user, event)
                || states(user, event)
                        .anyMatch(delivery -> NOTHING_TO_TELL.contains(String.valueOf(delivery.reason())));
    }

    /** What the cluster says of it itself, if that was asked for. */
    private Stream<Entry.Delivery> states(String user, Event event) {
        return deliveries.isEmpty()
                ? Stream.empty()
                : Stream.ofNullable(deliveries.get(new EventKey(event.channel(), event.sequence(), user)));
    }

    /** His mark; of who has left there is none to be seen, and what he said has to do. */
    private long delivered(ChannelFacts channel, String user) {
        Key key = new Key(channel.name(), user);
        return marks.getOrDefault(key, receipts.getOrDefault(key, 0L));
    }

    private long since(ChannelFacts channel, String user, Event event) {
        long connection = facts.receiversOf(user).stream()
                .mapToLong(ReceiverFacts::changedAt)
                .max()
                .orElse(0);
        long known = Math.min(channel.knownBy(event.sequence()), facts.end());
        return Math.max(Math.max(known, connection), facts.lastFault());
    }

    private boolean isAnnounced(String user, Event event) {
        List<Entry.Registered> required = requiredDevices(user, event);
        return event.isMessage()
                && !required.isEmpty()
                && required.stream()
                        .allMatch(device -> announcements.firstUpTo(device.device(), event) != ChannelFacts.NEVER);
    }

    /** Those that were certainly there when the message came to be. */
    private List<Entry.Registered> requiredDevices(String user, Event event) {
        long before = begun.getOrDefault(event.channel(), Map.of()).getOrDefault(event.sequence(), facts.end());
        return devices.getOrDefault(user, List.of()).stream()
                .filter(device -> device.at() < before)
                .toList();
    }

    /** Who never connects is told by his devices alone, so it can be seen when each message was settled for him. */
    private void late(Violations violations) {
        for (String user : devices.keySet()) {
            if (facts.receiversOf(user).isEmpty()) {
                facts.channels()
                        .forEach(channel -> channel.owed(user).stream()
                                .filter(Event::isMessage)
                                .filter(event -> isToldLate(user, channel, event))
                                .forEach(event ->
                                        violations.add(Kind.UNSETTLED, "%s was told of %s, but late", user, event)));
            }
        }
    }

    private boolean isToldLate(String user, ChannelFacts channel, Event event) {
        long bound = facts.promises().settled().toNanos();
        long known = Math.min(channel.knownBy(event.sequence()), facts.end());
        return requiredDevices(user, event).stream()
                .mapToLong(device -> announcements.firstUpTo(device.device(), event))
                .anyMatch(told -> told != ChannelFacts.NEVER
                        && told > known + bound
                        && told > facts.countedFrom(known, bound) + bound);
    }
}
