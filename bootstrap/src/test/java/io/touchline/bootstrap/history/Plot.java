package io.touchline.bootstrap.history;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A clean history in which a defect is to be planted, and places in it where one may go. */
final class Plot {
    private final History history;
    private final Facts facts;
    private final Random random;

    Plot(History history, long seed) {
        this.history = history;
        this.facts = new Facts(history, Imagined.PROMISES);
        this.random = new Random(seed);
    }

    History history() {
        return history;
    }

    Facts facts() {
        return facts;
    }

    Edit edit() {
        return new Edit(history);
    }

    long end() {
        return facts.end();
    }

    long behind() {
        return facts.promises().behind().toNanos();
    }

    long settled() {
        return facts.promises().settled().toNanos();
    }

    <T> Optional<T> any(List<T> choice) {
        return choice.isEmpty() ? Optional.empty() : Optional.of(choice.get(random.nextInt(choice.size())));
    }

    <E extends Entry> List<E> all(Class<E> kind) {
        return history.all(kind).toList();
    }

    /** Acknowledged messages. */
    List<Entry.Sent> sent() {
        return history.all(Entry.Sent.class)
                .filter(sent -> sent.event() != null)
                .toList();
    }

    /** Those that are not the last of their channel. */
    List<Entry.Sent> sentBeforeTheLast() {
        return sent().stream()
                .filter(sent ->
                        sent.event().sequence() < facts.channel(sent.channel()).last())
                .toList();
    }

    /** Announcements around which nothing was broken and no device was tried again. */
    List<Entry.Pushed> calmPushes() {
        return history.all(Entry.Pushed.class)
                .filter(Entry.Pushed::accepted)
                .filter(pushed -> !facts.brokenBetween(pushed.at() - behind(), pushed.at() + behind()))
                .filter(pushed -> history.all(Entry.Pushed.class)
                        .noneMatch(other -> !other.accepted() && other.user().equals(pushed.user())))
                .toList();
    }

    /** The last announcements of each device and channel, as far as they were made once, to users who never connect. */
    List<Entry.Pushed> lastPushes() {
        return history.all(Entry.Pushed.class)
                .filter(pushed -> facts.receiversOf(pushed.user()).isEmpty())
                .filter(pushed -> history.all(Entry.Pushed.class)
                                .filter(other -> other.device().equals(pushed.device())
                                        && other.channel().equals(pushed.channel())
                                        && other.sequence() >= pushed.sequence())
                                .count()
                        == 1)
                .toList();
    }

    /** Something that a receiver owed by others shows last in a channel. */
    record Last(ReceiverFacts receiver, Event event) {}

    /** What each connected receiver shows last of what others wrote. */
    List<Last> lasts() {
        return facts.receivers().stream()
                .filter(ReceiverFacts::isConnectedAtTheEnd)
                .flatMap(receiver -> facts.channels().stream()
                        .map(channel -> channel.owed(receiver.user()))
                        .filter(owed -> !owed.isEmpty())
                        .map(owed -> new Last(receiver, owed.get(owed.size() - 1))))
                .filter(last ->
                        last.receiver.shownAt(last.event.channel(), last.event.sequence()) != ChannelFacts.NEVER)
                .toList();
    }

    /** An event that is not a receiver's, or a device's user's, to see. */
    record Foreign(String who, String user, Event event) {}

    List<Foreign> foreignToReceivers() {
        return facts.receivers().stream()
                .flatMap(receiver -> facts.channels().stream()
                        .flatMap(channel -> channel.log().stream())
                        .filter(event -> isForeign(receiver.user(), event))
                        .map(event -> new Foreign(receiver.name(), receiver.user(), event)))
                .toList();
    }

    List<Foreign> foreignToDevices() {
        return history.all(Entry.Registered.class)
                .flatMap(device -> facts.channels().stream()
                        .flatMap(channel -> channel.log().stream())
                        .filter(event -> isForeign(device.user(), event))
                        .map(event -> new Foreign(device.device(), device.user(), event)))
                .toList();
    }

    private boolean isForeign(String user, Event event) {
        return !facts.channel(event.channel()).covers(user, event.sequence());
    }
}
