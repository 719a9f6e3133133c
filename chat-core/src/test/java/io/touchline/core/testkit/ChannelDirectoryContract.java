package io.touchline.core.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Page;
import io.touchline.core.model.Participant;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.Draft;
import io.touchline.core.port.Draft.Create;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link ChannelDirectory} promises. */
public abstract class ChannelDirectoryContract extends StorageContract {
    // ---- CD-1

    @Test
    @DisplayName("CD-1 a participant sees the channel with everything about it")
    void participantsSeeTheChannel() {
        Create made = new Create(channel, alice, now(), "tea", List.of(alice, bob, carol));
        added(made);
        Event last = added(send(bob, "hello"));
        added(leave(carol, carol));

        Channel seen = new Channel(channel, "tea", made.at(), 1, 3, 0, 1, 2, last);
        assertEquals(Optional.of(seen), here.channels().channel(alice, channel));
        assertEquals(Optional.of(seen), there.channels().channel(alice, channel));
    }

    @Test
    @DisplayName("CD-1 a channel may have no name and no message")
    void bareChannel() {
        Event created = open(alice);

        Channel seen = seen(alice);
        assertEquals(new Channel(channel, null, created.createdAt(), 1, 1, 0, 0, 1, null), seen);
    }

    @Test
    @DisplayName("CD-1 who was never in a channel sees none, as if it did not exist")
    void strangersSeeNone() {
        open(alice, bob);

        assertEquals(Optional.empty(), here.channels().channel(carol, channel));
        assertEquals(Optional.empty(), here.channels().channel(alice, ChannelId.random()));
        assertEquals(Optional.empty(), here.channels().participants(channel, carol, null, 10));
        assertEquals(Optional.empty(), here.channels().participants(ChannelId.random(), alice, null, 10));
        assertEquals(new Page<>(List.of(), null), here.channels().channels(carol, null, 10));
    }

    @Test
    @DisplayName("CD-1 who left sees the channel as it was when he left")
    void leaversSeeThePast() {
        Create made = new Create(channel, alice, now(), "tea", List.of(alice, bob, carol));
        added(made);
        Event last = added(send(alice, "for all"));
        append(leave(bob, bob), send(alice, "later"), rename(alice, "coffee"), join(alice, dave), leave(carol, carol));
        added(leave(alice, alice));

        assertEquals(new Channel(channel, "tea", made.at(), 1, 3, 0, 1, 2, last), seen(bob));
        assertEquals(Optional.empty(), here.channels().participants(channel, bob, null, 10));
        assertEquals("coffee", seen(dave).name());
        assertEquals(1, seen(dave).participantCount());
    }

    @Test
    @DisplayName("CD-1 who left after a renaming sees the name of that time")
    void leaversSeeTheNameOfTheirTime() {
        open(alice, bob);
        append(rename(alice, "one"), rename(alice, "two"), leave(bob, bob), rename(alice, "three"));

        assertEquals("two", seen(bob).name());
        assertEquals("three", seen(alice).name());
    }

    @Test
    @DisplayName("CD-1 who joined later sees nothing from before")
    void joinersSeeNothingFromBefore() {
        open(alice);
        append(send(alice, "before"), join(alice, bob));

        Channel seen = seen(bob);
        assertEquals(3, seen.firstSequence());
        assertEquals(3, seen.lastSequence());
        assertEquals(0, seen.unread());
        assertNull(seen.lastMessage());
    }

    @Test
    @DisplayName("CD-1 who came back sees from his first period on, without the time between")
    void returnersSeeTheirPeriods() {
        open(alice, bob);
        Event readable = added(send(alice, "for both"));
        append(leave(bob, bob), send(alice, "for one"), join(alice, bob));

        Channel seen = seen(bob);
        assertEquals(1, seen.firstSequence());
        assertEquals(5, seen.lastSequence());
        assertEquals(1, seen.unread());
        assertEquals(readable, seen.lastMessage());
    }

    // ---- CD-2

    @Test
    @DisplayName("CD-2 a user's list holds the channels that he is in now, each once, latest activity first")
    void latestActivityFirst() {
        List<ChannelId> ids = channels(4);
        added(send(ids.get(1), alice, "news"));
        added(new Draft.Leave(ids.get(2), bob, now(), bob, false));
        added(new Draft.Rename(ids.get(0), alice, now(), "news too"));
        added(create(ChannelId.random(), alice, carol));

        assertEquals(List.of(ids.get(0), ids.get(1), ids.get(3)), listed(bob));
        added(new Draft.Join(ids.get(2), alice, now(), bob));
        assertEquals(List.of(ids.get(2), ids.get(0), ids.get(1), ids.get(3)), listed(bob));
    }

    @Test
    @DisplayName("CD-2 the list shows each channel as asking for it alone does")
    void listAndSingleChannelAgree() {
        List<ChannelId> ids = channels(3);
        chatter(ids.get(1), alice, 2);
        here.ledger().acknowledge(List.of(new Receipt(bob, ids.get(1), 0, 2)));

        for (Channel listed : here.channels().channels(bob, null, 10).items()) {
            assertEquals(Optional.of(listed), here.channels().channel(bob, listed.id()));
        }
        assertEquals(1, here.channels().channels(bob, null, 1).items().get(0).unread());
    }

    // ---- CD-3

    @Test
    @DisplayName("CD-3 unread counts others' messages after the read mark, and nothing else")
    void unreadCountsOthersMessages() {
        open(alice, bob, carol);
        append(
                send(alice, "2"),
                send(bob, "3"),
                rename(alice, "4"),
                send(carol, "5"),
                send(alice, "6"),
                leave(carol, carol));

        assertEquals(3, seen(bob).unread());
        assertEquals(2, seen(alice).unread());
        here.ledger().acknowledge(List.of(new Receipt(bob, channel, 6, 2)));
        assertEquals(2, seen(bob).unread());
        assertEquals(2, seen(bob).read());
        here.ledger().acknowledge(List.of(new Receipt(bob, channel, 0, 6)));
        assertEquals(0, seen(bob).unread());
        assertEquals(2, seen(alice).unread());
    }

    @Test
    @DisplayName("CD-3 unread passes over what is not the reader's")
    void unreadIsReadable() {
        open(alice, bob);
        append(send(alice, "2"), leave(bob, bob), send(alice, "4"), send(alice, "5"), join(alice, bob));
        added(send(alice, "7"));

        assertEquals(2, seen(bob).unread());
        here.ledger().acknowledge(List.of(new Receipt(bob, channel, 0, 2)));
        assertEquals(1, seen(bob).unread());
        added(expel(dave, bob));
        added(send(alice, "9"));
        assertEquals(1, seen(bob).unread());
    }

    @Test
    @DisplayName("CD-3 unread stops at 100")
    void unreadIsCapped() {
        open(alice, bob);
        chatter(alice, 99);
        assertEquals(99, seen(bob).unread());
        chatter(alice, 1);
        assertEquals(100, seen(bob).unread());
        chatter(bob, 1);
        chatter(alice, 30);
        assertEquals(100, seen(bob).unread());
        here.ledger().acknowledge(List.of(new Receipt(bob, channel, 0, 32)));
        assertEquals(99, seen(bob).unread());
    }

    // ---- CD-4

    @Test
    @DisplayName("CD-4 pages of channels are exact, whatever the limit")
    void pagesOfChannels() {
        List<ChannelId> ids = channels(7);
        Collections.reverse(ids);

        for (int limit : List.of(1, 2, 3, 6, 7, 8)) {
            List<List<Channel>> pages = pages(limit, cursor -> here.channels().channels(bob, cursor, limit));
            assertEquals(
                    ids, pages.stream().flatMap(List::stream).map(Channel::id).toList(), () -> "in pages of " + limit);
        }
    }

    @Test
    @DisplayName("CD-4 what comes to the top does not move the next page")
    void cursorsOfChannelsStay() {
        List<ChannelId> ids = channels(5);

        Page<Channel> first = here.channels().channels(bob, null, 2);
        added(create(ChannelId.random(), alice, bob));
        added(send(ids.get(4), alice, "news"));
        Page<Channel> second = there.channels().channels(bob, first.next(), 2);

        assertEquals(List.of(ids.get(4), ids.get(3)), ids(first));
        assertEquals(List.of(ids.get(2), ids.get(1)), ids(second));
        assertEquals(List.of(ids.get(0)), ids(there.channels().channels(bob, second.next(), 2)));
    }

    @Test
    @DisplayName("CD-4 channels of the same millisecond are each on one page")
    void channelsOfTheSameMillisecond() {
        List<ChannelId> ids = new ArrayList<>();
        Create first = create(ChannelId.random(), alice, bob);
        for (int i = 0; i < 5; i++) {
            Create draft = new Create(ChannelId.random(), alice, first.at(), null, List.of(alice, bob));
            added(draft);
            ids.add(draft.channel());
        }

        List<List<Channel>> pages = pages(2, cursor -> here.channels().channels(bob, cursor, 2));

        assertEquals(
                ids.stream().sorted().toList(),
                pages.stream().flatMap(List::stream).map(Channel::id).sorted().toList());
    }

    @Test
    @DisplayName("CD-4 participants come by user id, with their marks and the time of their joining")
    void participantsById() {
        List<UserId> sorted = Stream.of("A", "Z", "_", "a", "b", "~")
                .map(name -> user("u" + name))
                .toList();
        Create made = create(channel, sorted.get(3), sorted.get(5), sorted.get(2), sorted.get(0));
        added(made);
        Event joinedFirst = added(join(sorted.get(3), sorted.get(4)));
        Event joinedThen = added(join(sorted.get(3), sorted.get(1)));
        here.ledger().acknowledge(List.of(new Receipt(sorted.get(0), channel, 2, 1)));

        assertEquals(
                Optional.of(new Page<>(
                        List.of(
                                new Participant(sorted.get(0), 2, 1, made.at()),
                                new Participant(sorted.get(1), 0, 0, joinedThen.createdAt()),
                                new Participant(sorted.get(2), 0, 0, made.at()),
                                new Participant(sorted.get(3), 0, 0, made.at()),
                                new Participant(sorted.get(4), 0, 0, joinedFirst.createdAt()),
                                new Participant(sorted.get(5), 0, 0, made.at())),
                        null)),
                here.channels().participants(channel, sorted.get(5), null, 10));
    }

    @Test
    @DisplayName("CD-4 only who takes part now is a participant, from his latest joining")
    void participantsOfNow() {
        open(alice, bob, carol);
        here.ledger().acknowledge(List.of(new Receipt(bob, channel, 1, 1)));
        append(leave(bob, bob), leave(carol, carol));
        Event back = added(join(alice, bob));

        List<Participant> participants = here.channels()
                .participants(channel, alice, null, 10)
                .orElseThrow()
                .items();

        assertEquals(
                List.of(alice, bob),
                participants.stream().map(Participant::user).toList());
        assertEquals(new Participant(bob, 1, 1, back.createdAt()), participants.get(1));
    }

    @Test
    @DisplayName("CD-4 pages of participants are exact, whatever the limit")
    void pagesOfParticipants() {
        UserId[] people =
                IntStream.rangeClosed(1, 7).mapToObj(i -> user("p" + 3 * i % 8)).toArray(UserId[]::new);
        open(people);

        for (int limit : List.of(1, 2, 3, 6, 7, 8)) {
            List<List<Participant>> pages = pages(
                    limit,
                    cursor -> here.channels()
                            .participants(channel, people[0], cursor, limit)
                            .orElseThrow());
            assertEquals(
                    Stream.of(people).sorted().toList(),
                    pages.stream().flatMap(List::stream).map(Participant::user).toList(),
                    () -> "in pages of " + limit);
        }
    }

    @Test
    @DisplayName("CD-4 who comes and goes between two pages moves nobody else")
    void cursorsOfParticipantsStay() {
        UserId[] people =
                IntStream.rangeClosed(1, 5).mapToObj(i -> user("p" + i)).toArray(UserId[]::new);
        open(people);

        Page<Participant> first =
                here.channels().participants(channel, people[4], null, 2).orElseThrow();
        append(leave(people[0], people[0]), leave(people[1], people[1]), join(people[4], user("p0")));
        Page<Participant> second = here.channels()
                .participants(channel, people[4], first.next(), 2)
                .orElseThrow();

        assertEquals(
                List.of(people[2], people[3]),
                second.items().stream().map(Participant::user).toList());
    }

    @Test
    @DisplayName("CD-4 a cursor that nobody gave out is a wrong call")
    void foreignCursors() {
        open(alice, bob);

        for (String cursor : List.of("", "?", "\u0000\u20ac'", "{}")) {
            assertThrows(IllegalArgumentException.class, () -> here.channels().channels(alice, cursor, 10));
            assertThrows(
                    IllegalArgumentException.class, () -> here.channels().participants(channel, alice, cursor, 10));
        }
    }

    // ---- What the tests share

    private Channel seen(UserId reader) {
        return here.channels().channel(reader, channel).orElseThrow();
    }

    /** So many channels of Alice and Bob, made one after the other. */
    private List<ChannelId> channels(int count) {
        List<ChannelId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(ChannelId.random());
            added(create(ids.get(i), alice, bob));
        }
        return ids;
    }

    private List<ChannelId> listed(UserId user) {
        Page<Channel> page = here.channels().channels(user, null, 100);
        assertNull(page.next());
        return ids(page);
    }

    private static List<ChannelId> ids(Page<Channel> page) {
        return page.items().stream().map(Channel::id).toList();
    }

    /** All pages; each is full but the last, and the last is not empty. */
    private static <T> List<List<T>> pages(int limit, Function<String, Page<T>> read) {
        List<List<T>> pages = new ArrayList<>();
        Page<T> page = read.apply(null);
        while (page.next() != null) {
            assertEquals(limit, page.items().size());
            pages.add(page.items());
            page = read.apply(page.next());
        }
        assertTrue(page.items().size() <= limit && !page.items().isEmpty(), () -> "the last after " + pages);
        pages.add(page.items());
        return pages;
    }
}
