package io.touchline.bootstrap.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes another history out of one, to plant a defect in it. */
final class Edit {
    private final List<Entry> entries;

    Edit(History history) {
        entries = new ArrayList<>(history.entries());
    }

    History done() {
        return new History(entries);
    }

    Edit add(Entry entry) {
        entries.add(entry);
        return this;
    }

    <E extends Entry> Edit remove(Class<E> kind, Predicate<E> which) {
        entries.removeIf(entry -> kind.isInstance(entry) && which.test(kind.cast(entry)));
        return this;
    }

    Edit replace(Entry old, Entry other) {
        entries.replaceAll(entry -> entry == old ? other : entry);
        return this;
    }

    /** Puts another in the place of each entry of a kind. */
    <E extends Entry> Edit each(Class<E> kind, UnaryOperator<E> change) {
        entries.replaceAll(entry -> kind.isInstance(entry) ? change.apply(kind.cast(entry)) : entry);
        return this;
    }

    /** The event was never in the log, and nobody has seen it; who sent it was told that it is there all the same. */
    Edit forget(Event event) {
        Predicate<Event> same = other -> other.equals(event);
        remove(Entry.Frame.class, frame -> frame.event() != null && same.test(frame.event()));
        changeLists(events -> events.stream().filter(same.negate()).toList());
        return each(
                Entry.Shown.class,
                shown -> shown.channel().equals(event.channel())
                        ? new Entry.Shown(
                                shown.at(),
                                shown.receiver(),
                                shown.user(),
                                shown.channel(),
                                shown.sequences().stream()
                                        .filter(sequence -> sequence != event.sequence())
                                        .toList())
                        : shown);
    }

    /** Everybody but the sender got another in the place of an event. */
    Edit changeReadings(UnaryOperator<Event> change) {
        each(
                Entry.Frame.class,
                frame -> new Entry.Frame(
                        frame.at(),
                        frame.receiver(),
                        frame.user(),
                        frame.connection(),
                        frame.type(),
                        frame.event() == null ? null : change.apply(frame.event())));
        return changeLists(events -> events.stream().map(change).toList());
    }

    static Entry.Sent with(Entry.Sent sent, @Nullable Event event) {
        return new Entry.Sent(
                sent.at(),
                sent.ended(),
                sent.channel(),
                sent.sender(),
                sent.clientMessageId(),
                sent.content(),
                sent.attempts(),
                event);
    }

    private Edit changeLists(UnaryOperator<List<Event>> change) {
        each(Entry.Log.class, log -> with(log, change.apply(log.events())));
        each(Entry.Synced.class, synced -> with(synced, change.apply(synced.events())));
        return each(
                Entry.Loaded.class,
                loaded -> new Entry.Loaded(
                        loaded.at(),
                        loaded.ended(),
                        loaded.receiver(),
                        loaded.user(),
                        loaded.channel(),
                        loaded.after(),
                        change.apply(loaded.events())));
    }

    static Entry.Log with(Entry.Log log, List<Event> events) {
        return new Entry.Log(log.at(), log.reader(), log.channel(), events);
    }

    static Entry.Synced with(Entry.Synced synced, List<Event> events) {
        return new Entry.Synced(
                synced.at(),
                synced.ended(),
                synced.receiver(),
                synced.user(),
                synced.known(),
                events,
                synced.heads(),
                synced.resets(),
                synced.left(),
                synced.more());
    }

    static Entry.Pushed at(long time, Entry.Pushed pushed) {
        return new Entry.Pushed(
                time, pushed.user(), pushed.device(), pushed.channel(), pushed.sequence(), pushed.accepted());
    }

    static Entry.Shown at(long time, Entry.Shown shown) {
        return new Entry.Shown(time, shown.receiver(), shown.user(), shown.channel(), shown.sequences());
    }

    /** An event like that one but for its content. */
    static Event saying(String content, Event event) {
        return new Event(
                event.channel(),
                event.sequence(),
                event.type(),
                event.sender(),
                event.createdAt(),
                event.user(),
                content,
                event.clientMessageId(),
                event.participants(),
                event.altered());
    }

    /** That event in the place of another. */
    static Event in(Event place, Event event) {
        return new Event(
                event.channel(),
                place.sequence(),
                event.type(),
                event.sender(),
                event.createdAt(),
                event.user(),
                event.content(),
                event.clientMessageId(),
                event.participants(),
                event.altered());
    }

    /** The list with one more at its end. */
    static <T> List<T> with(List<T> list, T more) {
        return Stream.concat(list.stream(), Stream.of(more)).toList();
    }

    /** The list without one. */
    static <T> List<T> without(List<T> list, T one) {
        return list.stream().filter(each -> !each.equals(one)).toList();
    }

    /** The list with another in the place of one. */
    static <T> List<T> with(List<T> list, T one, T other) {
        return list.stream().map(each -> each.equals(one) ? other : each).toList();
    }
}
