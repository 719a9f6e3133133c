package io.touchline.core.testkit;

import static io.touchline.core.testkit.DeliveryLedgerContract.claimed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.DeliveryState.Reason;
import io.touchline.core.model.DeliveryState.State;
import io.touchline.core.model.Event;
import io.touchline.core.model.Event.Message;
import io.touchline.core.model.Page;
import io.touchline.core.model.Participant;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.End;
import io.touchline.core.port.DeliveryLedger.Settlement;
import io.touchline.core.port.Draft;
import io.touchline.core.port.Draft.Create;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

        Channel seen = new Channel(channel, "tea", made.at(), 1, 3, 0, 1, 2, last, null);
        assertEquals(Optional.of(seen), here.channels().channel(alice, channel));
        assertEquals(Optional.of(seen), there.channels().channel(alice, channel));
    }

    @Test
    @DisplayName("CD-1 a channel may have no name and no message")
    void bareChannel() {
        Event created = open(alice);

        Channel seen = seen(alice);
        assertEquals(new Channel(channel, null, created.createdAt(), 1, 1, 0, 0, 1, null, null), seen);
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

        assertEquals(new Channel(channel, "tea", made.at(), 1, 3, 0, 1, 2, last, null), seen(bob));
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

    @Test
    @DisplayName("CD-1 the latest message is shown as it now reads")
    void lastMessageAsItNowReads() {
        open(alice, bob);
        added(send(channel, alice, "tea?", "a1"));
        Event edited = added(edit(alice, 2, "coffee?"));

        Event message = seen(bob).lastMessage();
        assertNotNull(message);
        assertEquals(new Message("coffee?", "a1", edited.createdAt(), false), message.body());
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

    @Test
    @DisplayName("CD-3 unread does not count what is deleted, and an edit is no further message")
    void unreadPassesOverDeletedMessages() {
        open(alice, bob);
        append(send(alice, "2"), send(alice, "3"), edit(alice, 2, "4"), delete(alice, 3));

        assertEquals(1, seen(bob).unread());
        added(purge(dave, 2));
        assertEquals(0, seen(bob).unread());
        assertEquals(
                new Message(null, lastMessageId(), null, true), lastMessage().body());
    }

    private Event lastMessage() {
        Event message = seen(bob).lastMessage();
        assertNotNull(message);
        assertEquals(3, message.sequence());
        return message;
    }

    private @Nullable String lastMessageId() {
        return ((Message) lastMessage().body()).clientMessageId();
    }

    @Test
    @DisplayName("CD-3 unread counts others' messages however much the reader has written since")
    void unreadLiesBeforeOnesOwn() {
        open(alice, bob);
        added(send(bob, "2"));
        for (int i = 0; i < 6; i++) {
            chatter(alice, 1_000);
        }

        assertUnread(1, alice);
        assertUnread(100, bob);
        here.ledger().acknowledge(List.of(new Receipt(alice, channel, 0, 2)));
        assertUnread(0, alice);
    }

    @Test
    @DisplayName("CD-3 unread lies between stretches of the reader's own, of one batch or of several")
    void unreadLiesBetweenOnesOwn() {
        open(alice, bob, carol);
        for (int i = 0; i < 3; i++) {
            long last = seen(alice).lastSequence();
            append(
                    send(bob, "1"),
                    send(alice, "2"),
                    rename(carol, "3 of " + i),
                    send(alice, "4"),
                    send(carol, "5"),
                    send(bob, "6"),
                    edit(bob, last + 1, "7"),
                    send(alice, "8"));
            chatter(alice, 600);
        }

        assertUnread(9, alice);
        here.ledger().acknowledge(List.of(new Receipt(alice, channel, 0, 6)));
        assertUnread(7, alice);
        here.ledger().acknowledge(List.of(new Receipt(alice, channel, 0, 610)));
        assertUnread(5, alice);
        chatter(bob, 60);
        chatter(alice, 600);
        chatter(carol, 34);
        chatter(alice, 600);
        assertUnread(99, alice);
        added(send(bob, "one more"));
        assertUnread(100, alice);
        chatter(bob, 3);
        assertUnread(100, alice);
    }

    @Test
    @DisplayName("CD-3 unread lies before any number of events that are no messages")
    void unreadLiesBeforeOtherEvents() {
        open(alice, bob);
        added(send(bob, "2"));
        append(
                here,
                IntStream.range(0, 600).mapToObj(i -> rename(bob, "tea " + i)).toList());
        assertUnread(1, alice);
        chatter(alice, 600);
        append(
                here,
                IntStream.range(0, 600)
                        .mapToObj(i -> edit(alice, 603, "again " + i))
                        .toList());

        assertUnread(1, alice);
        added(send(bob, "last"));
        assertUnread(2, alice);
    }

    @Test
    @DisplayName("CD-6 unread totals of many users at once, each before other events")
    void unreadOfMany() {
        List<UserId> many = IntStream.range(0, 25)
                .mapToObj(i -> new UserId("one-of-many-" + i))
                .toList();
        open(Stream.concat(Stream.of(alice), many.stream()).toArray(UserId[]::new));
        added(send(alice, "2"));
        append(
                here,
                IntStream.range(0, 600).mapToObj(i -> rename(alice, "tea " + i)).toList());

        assertEquals(
                many.stream().collect(Collectors.toMap(user -> user, user -> 1)),
                there.channels().unread(many));
    }

    @Test
    @DisplayName("CD-3 unread lies before deleted messages, others' and the reader's own")
    void unreadLiesBeforeDeletedMessages() {
        open(alice, bob);
        append(send(bob, "2"), send(bob, "3"), send(bob, "4"), delete(bob, 4), send(alice, "6"));
        chatter(alice, 600);

        assertUnread(2, alice);
        append(delete(alice, 6), delete(alice, 606), delete(bob, 3));
        assertUnread(1, alice);
        List<Event> more = chatter(bob, 600);
        chatter(alice, 600);
        append(
                here,
                more.stream().map(message -> delete(bob, message.sequence())).toList());
        assertUnread(1, alice);
        added(purge(dave, 2));
        assertUnread(0, alice);
    }

    @Test
    @DisplayName("CD-3 unread lies in any of the reader's periods")
    void unreadLiesInAnyPeriod() {
        open(alice, bob);
        added(send(alice, "2"));
        chatter(bob, 600);
        added(leave(bob, bob));
        chatter(alice, 600);
        added(join(alice, bob));
        chatter(bob, 3);
        assertUnread(1, bob);
        added(send(alice, "between"));
        chatter(bob, 600);

        assertUnread(2, bob);
        added(leave(bob, bob));
        chatter(alice, 3);
        assertEquals(2, seen(bob).unread());
        assertEquals(Map.of(), here.channels().unread(List.of(bob)));
        added(join(alice, bob));
        here.ledger().acknowledge(List.of(new Receipt(bob, channel, 0, 2)));
        assertUnread(1, bob);
    }

    /** What a channel shows, alone and in the list, and the total of who is in no other. */
    private void assertUnread(int expected, UserId reader) {
        assertEquals(expected, seen(reader).unread());
        assertEquals(
                List.of(expected),
                here.channels().channels(reader, null, 10).items().stream()
                        .map(Channel::unread)
                        .toList());
        assertEquals(
                expected == 0 ? Map.of() : Map.of(reader, expected),
                there.channels().unread(List.of(reader)));
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
            assertThrows(
                    IllegalArgumentException.class, () -> here.channels().deliveries(channel, 1, alice, cursor, 10));
        }
    }

    @Test
    @DisplayName("CD-4 pages of deliveries are exact, whatever the limit")
    void pagesOfDeliveries() {
        UserId[] people =
                IntStream.rangeClosed(0, 7).mapToObj(i -> user("p" + 3 * i % 8)).toArray(UserId[]::new);
        open(people);
        added(send(people[1], "hello"));
        List<UserId> receivers = Stream.of(people)
                .filter(user -> !user.equals(people[1]))
                .sorted()
                .toList();

        for (int limit : List.of(1, 2, 3, 6, 7, 8)) {
            List<List<DeliveryState>> pages = pages(
                    limit,
                    cursor -> here.channels()
                            .deliveries(channel, 2, people[1], cursor, limit)
                            .orElseThrow());
            assertEquals(
                    receivers,
                    pages.stream()
                            .flatMap(List::stream)
                            .map(DeliveryState::user)
                            .toList(),
                    () -> "in pages of " + limit);
        }
    }

    @Test
    @DisplayName("CD-4 who comes and goes between two pages of deliveries moves nobody")
    void cursorsOfDeliveriesStay() {
        UserId[] people =
                IntStream.rangeClosed(1, 5).mapToObj(i -> user("p" + i)).toArray(UserId[]::new);
        open(people);
        added(send(people[4], "hello"));

        Page<DeliveryState> first =
                here.channels().deliveries(channel, 2, people[4], null, 2).orElseThrow();
        append(leave(people[1], people[1]), leave(people[2], people[2]), join(people[4], user("p30")));
        Page<DeliveryState> second = there.channels()
                .deliveries(channel, 2, people[4], first.next(), 2)
                .orElseThrow();

        assertEquals(List.of(waiting(people[2]), waiting(people[3])), second.items());
    }

    // ---- CD-5

    @Test
    @DisplayName("CD-5 of a message that nobody has yet everybody of its time is told, but not its sender")
    void everybodyOfItsTimeIsTold() {
        UserId zed = user("Zed"); // bytewise before all others
        open(alice, bob, zed, carol);
        append(leave(carol, carol), send(bob, "3"), join(alice, carol), leave(alice, alice), join(bob, dave));
        append(leave(zed, zed), join(bob, zed));

        assertEquals(List.of(waiting(zed), waiting(alice)), deliveries(3, bob));
        assertEquals(
                Optional.of(new Page<>(List.of(waiting(zed), waiting(alice)), null)),
                there.channels().deliveries(channel, 3, alice, null, 10));
    }

    @Test
    @DisplayName("CD-5 who wrote alone has nobody to be told of")
    void nobodyElse() {
        open(alice);
        added(send(alice, "2"));

        assertEquals(List.of(), deliveries(2, alice));
    }

    @Test
    @DisplayName("CD-5 marks tell who has a message and who saw it")
    void marksTell() {
        open(alice, bob, carol);
        chatter(alice, 4);
        here.ledger().acknowledge(List.of(new Receipt(bob, channel, 4, 3), new Receipt(carol, channel, 2, 0)));

        assertEquals(List.of(read(bob), delivered(carol)), deliveries(2, alice));
        assertEquals(List.of(read(bob), waiting(carol)), deliveries(3, alice));
        assertEquals(List.of(delivered(bob), waiting(carol)), deliveries(4, carol));
        assertEquals(List.of(waiting(bob), waiting(carol)), deliveries(5, bob));
    }

    @Test
    @DisplayName("CD-5 an end tells what became of everything up to it, and when it was recorded")
    void endsTell() {
        open(alice, bob);
        Claim claim = claimed(here, channel);
        chatter(alice, 7);

        end(claim, bob, 3, End.MUTED);
        assertEnded(State.NONE, Reason.MUTED, delivery(2, bob));
        assertEnded(State.NONE, Reason.MUTED, delivery(3, bob));
        assertEquals(waiting(bob), delivery(4, bob));
        end(claim, bob, 4, End.NO_DEVICE);
        assertEnded(State.NONE, Reason.NO_DEVICE, delivery(4, bob));
        end(claim, bob, 5, End.REJECTED);
        assertEnded(State.NONE, Reason.REJECTED, delivery(5, bob));
        end(claim, bob, 6, End.PUSHED);
        assertEnded(State.PUSHED, null, delivery(6, bob));
        assertEnded(State.PUSHED, null, delivery(2, bob));
        end(claim, bob, 7, End.TAKEN);
        assertEnded(State.DELIVERED, null, delivery(7, bob));
        end(claim, bob, 4, End.MUTED);
        assertEnded(State.DELIVERED, null, delivery(4, bob));
        assertEquals(waiting(bob), delivery(8, bob));
    }

    @Test
    @DisplayName("CD-5 a receipt says more than an end, whichever came first")
    void receiptsSayMoreThanEnds() {
        open(alice, bob);
        Claim claim = claimed(here, channel);
        chatter(alice, 3);
        here.ledger().acknowledge(List.of(new Receipt(bob, channel, 2, 0)));
        end(claim, bob, 4, End.PUSHED);

        assertEquals(delivered(bob), delivery(2, bob));
        assertEnded(State.PUSHED, null, delivery(3, bob));
        here.ledger().acknowledge(List.of(new Receipt(bob, channel, 4, 3)));
        assertEquals(read(bob), delivery(2, bob));
        assertEquals(read(bob), delivery(3, bob));
        assertEquals(delivered(bob), delivery(4, bob));
    }

    @Test
    @DisplayName("CD-5 what is left to sync changes nothing of why and when an earlier message ended")
    void whatIsLeftToSyncHidesNothing() {
        open(alice, bob, carol);
        Claim claim = claimed(here, channel);
        end(claim, bob, 1, End.LEFT_TO_SYNC);
        added(send(alice, "2"));
        assertEquals(waiting(bob), delivery(2, bob));
        end(claim, bob, 2, End.PUSHED);
        DeliveryState pushed = delivery(2, bob);
        assertEnded(State.PUSHED, null, pushed);

        append(rename(alice, "3"), rename(alice, "4"));
        end(claim, bob, 3, End.LEFT_TO_SYNC);
        end(claim, bob, 4, End.LEFT_TO_SYNC);
        assertEquals(pushed, delivery(2, bob));
        added(send(alice, "5"));
        assertEquals(List.of(waiting(bob), waiting(carol)), deliveries(5, alice));
        end(claim, bob, 5, End.NO_DEVICE);
        assertEnded(State.NONE, Reason.NO_DEVICE, delivery(5, bob));
    }

    @Test
    @DisplayName("CD-5 what is left to sync hides nothing that ends with it, in whatever order they come")
    void whatIsLeftToSyncHidesNothingBesideIt() {
        open(alice, bob, carol);
        Claim claim = claimed(here, channel);
        append(send(alice, "2"), rename(alice, "3"));

        here.ledger()
                .end(List.of(
                        new Settlement(claim, bob, 3, End.LEFT_TO_SYNC),
                        new Settlement(claim, carol, 2, End.MUTED),
                        new Settlement(claim, bob, 2, End.PUSHED),
                        new Settlement(claim, carol, 3, End.LEFT_TO_SYNC)));

        assertEnded(State.PUSHED, null, delivery(2, bob));
        assertEnded(State.NONE, Reason.MUTED, delivery(2, carol));
        assertEquals(List.of(), here.ledger().unsettled(claim, null, 10));
    }

    @Test
    @DisplayName("CD-5 who may not read a message is told nothing of it")
    void onlyReadersAreTold() {
        open(alice, bob);
        append(send(alice, "2"), leave(bob, bob), send(alice, "4"), join(alice, bob), send(alice, "6"));
        added(join(alice, carol));

        assertEquals(List.of(waiting(bob)), deliveries(2, bob));
        assertEquals(Optional.empty(), here.channels().deliveries(channel, 4, bob, null, 10));
        assertEquals(List.of(waiting(bob)), deliveries(6, bob));
        assertEquals(Optional.empty(), here.channels().deliveries(channel, 6, carol, null, 10));
        assertEquals(Optional.empty(), here.channels().deliveries(channel, 6, dave, null, 10));
        assertEquals(Optional.empty(), here.channels().deliveries(ChannelId.random(), 2, alice, null, 10));
    }

    @Test
    @DisplayName("CD-5 of what is no message nothing is told")
    void onlyMessagesAreTold() {
        open(alice, bob);
        append(send(alice, "2"), rename(alice, "3"));

        for (long sequence : List.of(1L, 3L, 4L, 0L, -1L, Long.MAX_VALUE)) {
            assertEquals(Optional.empty(), here.channels().deliveries(channel, sequence, alice, null, 10));
        }
        assertEquals(List.of(waiting(bob)), deliveries(2, alice));
    }

    // ---- CD-6

    @Test
    @DisplayName("CD-6 the unread total is that of all channels that a user is in now")
    void unreadTotals() {
        List<ChannelId> ids = channels(4);
        chatter(ids.get(0), alice, 3);
        chatter(ids.get(1), alice, 2);
        chatter(ids.get(1), bob, 1);
        chatter(ids.get(2), alice, 5);
        here.ledger().acknowledge(List.of(new Receipt(bob, ids.get(0), 0, 2)));
        added(new Draft.Leave(ids.get(2), bob, now(), bob, false));
        added(new Draft.Delete(ids.get(1), alice, now(), 2, false));

        assertEquals(Map.of(bob, 3, alice, 1), here.channels().unread(List.of(alice, bob, carol)));
        here.ledger().acknowledge(List.of(new Receipt(bob, ids.get(0), 0, 4), new Receipt(bob, ids.get(1), 0, 4)));
        assertEquals(Map.of(alice, 1), there.channels().unread(List.of(bob, alice, bob)));
        assertEquals(Map.of(), here.channels().unread(List.of()));
    }

    @Test
    @DisplayName("CD-6 the unread total counts what a user may read")
    void unreadTotalsAreReadable() {
        open(alice, bob);
        append(send(alice, "2"), leave(bob, bob), send(alice, "4"), join(alice, bob), send(alice, "6"));

        assertEquals(Map.of(bob, 2), here.channels().unread(List.of(bob)));
        added(leave(bob, bob));
        assertEquals(Map.of(), here.channels().unread(List.of(bob)));
    }

    @Test
    @DisplayName("CD-6 the unread total stops at 100")
    void unreadTotalsAreCapped() {
        List<ChannelId> ids = channels(3);
        chatter(ids.get(0), alice, 60);
        chatter(ids.get(1), alice, 39);
        assertEquals(Map.of(bob, 99), here.channels().unread(List.of(bob)));
        chatter(ids.get(2), alice, 1);
        assertEquals(Map.of(bob, 100), here.channels().unread(List.of(bob)));
        chatter(ids.get(2), alice, 150);
        assertEquals(Map.of(bob, 100), here.channels().unread(List.of(bob)));
    }

    // ---- CD-7

    @Test
    @DisplayName("CD-7 a mute is seen by who muted, alone or in the list, and by nobody else")
    void mutesAreOnesOwn() {
        List<ChannelId> ids = channels(2);
        Instant until = Instant.parse("2199-07-01T10:00:00.123Z");

        assertTrue(here.channels().mute(bob, ids.get(0), until));

        assertEquals(until, mutedUntil(bob, ids.get(0)));
        assertNull(mutedUntil(bob, ids.get(1)));
        assertNull(mutedUntil(alice, ids.get(0)));
        assertEquals(
                Arrays.asList(null, until),
                here.channels().channels(bob, null, 10).items().stream()
                        .map(Channel::mutedUntil)
                        .toList());
    }

    @Test
    @DisplayName("CD-7 a mute can be changed and lifted, and may have no end")
    void mutesChange() {
        open(alice, bob);
        Instant until = Instant.parse("2199-07-01T10:00:00Z");

        assertTrue(here.channels().mute(bob, channel, Channel.FOR_EVER));
        assertEquals(Channel.FOR_EVER, mutedUntil(bob, channel));
        assertTrue(there.channels().mute(bob, channel, until));
        assertEquals(until, mutedUntil(bob, channel));
        assertTrue(here.channels().mute(bob, channel, null));
        assertNull(mutedUntil(bob, channel));
        assertTrue(here.channels().mute(bob, channel, null));
    }

    @Test
    @DisplayName("CD-7 a mute that is over is none")
    void mutesEnd() {
        open(alice, bob);

        assertTrue(here.channels().mute(bob, channel, Instant.EPOCH));

        assertNull(mutedUntil(bob, channel));
    }

    @Test
    @DisplayName("CD-7 who does not take part mutes nothing")
    void strangersMuteNothing() {
        open(alice, bob);
        added(leave(bob, bob));

        for (UserId user : List.of(bob, carol)) {
            assertFalse(here.channels().mute(user, channel, Channel.FOR_EVER));
            assertFalse(here.channels().mute(user, channel, null));
        }
        assertFalse(here.channels().mute(alice, ChannelId.random(), Channel.FOR_EVER));
        added(join(alice, bob));
        assertNull(mutedUntil(bob, channel));
    }

    private @Nullable Instant mutedUntil(UserId user, ChannelId of) {
        return there.channels().channel(user, of).orElseThrow().mutedUntil();
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

    private List<DeliveryState> deliveries(long sequence, UserId reader) {
        Page<DeliveryState> page =
                here.channels().deliveries(channel, sequence, reader, null, 100).orElseThrow();
        assertNull(page.next());
        return page.items();
    }

    /** What Alice is told of one receiver. */
    private DeliveryState delivery(long sequence, UserId receiver) {
        return deliveries(sequence, alice).stream()
                .filter(state -> state.user().equals(receiver))
                .findAny()
                .orElseThrow();
    }

    private void end(Claim claim, UserId user, long upTo, End end) {
        here.ledger().end(List.of(new Settlement(claim, user, upTo, end)));
    }

    private static void assertEnded(State state, @Nullable Reason reason, DeliveryState actual) {
        assertNotNull(actual.at());
        assertEquals(new DeliveryState(actual.user(), state, reason, actual.at()), actual);
    }

    private static DeliveryState read(UserId user) {
        return new DeliveryState(user, State.READ, null, null);
    }

    private static DeliveryState delivered(UserId user) {
        return new DeliveryState(user, State.DELIVERED, null, null);
    }

    private static DeliveryState waiting(UserId user) {
        return new DeliveryState(user, State.PENDING, Reason.WAITING, null);
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
