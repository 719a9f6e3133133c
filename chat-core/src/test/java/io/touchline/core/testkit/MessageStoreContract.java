package io.touchline.core.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.touchline.core.model.CatchUp;
import io.touchline.core.model.CatchUp.Head;
import io.touchline.core.model.CatchUp.Left;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Event.ChannelCreated;
import io.touchline.core.model.Event.ChannelRenamed;
import io.touchline.core.model.Event.Message;
import io.touchline.core.model.Event.MessageDeleted;
import io.touchline.core.model.Event.MessageEdited;
import io.touchline.core.model.Event.ParticipantJoined;
import io.touchline.core.model.Event.ParticipantLeft;
import io.touchline.core.model.LogPage;
import io.touchline.core.model.Members;
import io.touchline.core.model.Period;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.AppendResult.Reason;
import io.touchline.core.port.AppendResult.Refused;
import io.touchline.core.port.AppendResult.Repeated;
import io.touchline.core.port.AppendResult.Unchanged;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.Draft;
import io.touchline.core.port.Draft.Create;
import io.touchline.core.port.Draft.Send;
import io.touchline.core.port.MessageStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link MessageStore} promises. */
public abstract class MessageStoreContract extends StorageContract {
    private static final long NEWEST = Long.MAX_VALUE;

    // ---- MS-1

    @Test
    @DisplayName("MS-1 what one API node was answered, every other reads at once")
    void appendedIsThereForEverybody() {
        Event created = open(alice, bob);
        Event sent = added(send(alice, "hello"));

        assertEquals(List.of(created, sent), log(there, channel, bob));
        assertEquals(List.of(created, sent), log(node("late", LONG_LEASE), channel, bob));
    }

    // ---- MS-2

    @Test
    @DisplayName("MS-2 every kind of event takes the next sequence and says what happened")
    void everyKindOfEventTakesTheNextSequence() {
        List<Draft> drafts = List.of(
                new Create(channel, alice, now(), "tea", List.of(alice, carol, bob)),
                send(channel, bob, "hello", "b1"),
                rename(carol, "coffee"),
                join(alice, dave),
                leave(carol, carol));

        List<AppendResult> results = append(here, drafts);

        List<Event> expected = List.of(
                new Event(
                        channel,
                        1,
                        alice,
                        drafts.get(0).at(),
                        new ChannelCreated("tea", List.of(alice, carol, bob), 3)),
                new Event(channel, 2, bob, drafts.get(1).at(), Message.of("hello", "b1")),
                new Event(channel, 3, carol, drafts.get(2).at(), new ChannelRenamed("coffee")),
                new Event(channel, 4, alice, drafts.get(3).at(), new ParticipantJoined(dave)),
                new Event(channel, 5, carol, drafts.get(4).at(), new ParticipantLeft(carol)));
        assertEquals(
                List.of(
                        new Appended(expected.get(0), 1),
                        new Appended(expected.get(1), 1),
                        new Appended(expected.get(2), 1),
                        new Appended(expected.get(3), 4),
                        new Appended(expected.get(4), 5)),
                results);
        assertEquals(expected, log(alice));
    }

    @Test
    @DisplayName("MS-2 the first event names the first 50 participants in their order, and counts all")
    void createdNamesTheFirstFifty() {
        UserId[] people = IntStream.rangeClosed(1, 60)
                .mapToObj(i -> user("p" + (97 * i % 61)))
                .toArray(UserId[]::new);

        Event created = open(people);

        ChannelCreated body = new ChannelCreated(null, List.of(people).subList(0, 50), 60);
        assertEquals(body, created.body());
        assertEquals(List.of(created), log(people[59]));
    }

    @Test
    @DisplayName("MS-2 what is refused, repeated or changes nothing takes no sequence")
    void onlyEventsTakeSequences() {
        open(alice, bob);
        append(
                send(channel, alice, "one", "a1"),
                send(channel, alice, "one", "a1"),
                send(channel, alice, "other", "a1"),
                send(dave, "let me in"),
                join(alice, bob),
                send(channel, alice, "two", "a2"));
        added(send(bob, "three"));

        assertEquals(range(1, 4), sequences(log(alice)));
    }

    @Test
    @DisplayName("MS-2 many threads on two nodes make 1 to n, each thread's own in its order")
    void raceForSequences() {
        open(alice, bob);
        int threads = 6;
        int batches = 10;
        int batch = 3;

        List<List<Event>> answered = together(IntStream.range(0, threads)
                .<Callable<List<Event>>>mapToObj(thread -> () -> {
                    List<Event> mine = new ArrayList<>();
                    for (int i = 0; i < batches * batch; i++) {
                        String content = thread + " says " + i;
                        mine.add(event(appendOne(thread % 2 == 0 ? here : there, send(alice, content))));
                    }
                    return mine;
                })
                .toList());

        for (List<Event> mine : answered) {
            assertEquals(sequences(mine).stream().sorted().toList(), sequences(mine));
        }
        List<Event> all = answered.stream()
                .flatMap(List::stream)
                .sorted((a, b) -> Long.compare(a.sequence(), b.sequence()))
                .toList();
        assertEquals(range(2, 1 + threads * batches * batch), sequences(all));
        assertEquals(all, log(bob).subList(1, log(bob).size()));
    }

    @Test
    @DisplayName("MS-2 batches that name the same channels in opposite orders do not hinder each other")
    void oppositeOrders() {
        ChannelId other = ChannelId.random();
        append(create(channel, alice, bob), create(other, alice, bob));
        int rounds = 20;

        together(Stream.of(List.of(channel, other), List.of(other, channel))
                .<Callable<Boolean>>map(order -> () -> {
                    StorageUnderTest node = order.get(0).equals(channel) ? here : there;
                    for (int i = 0; i < rounds; i++) {
                        List<Send> drafts = order.stream()
                                .map(id -> send(id, alice, "hello"))
                                .toList();
                        List<AppendResult> results = append(node, drafts);
                        for (int j = 0; j < drafts.size(); j++) {
                            if (!(results.get(j) instanceof Appended)) {
                                assertInstanceOf(AppendResult.Busy.class, results.get(j));
                                event(appendOne(node, drafts.get(j)));
                            }
                        }
                    }
                    return true;
                })
                .toList());

        assertEquals(range(1, 1 + 2 * rounds), sequences(log(here, channel, bob)));
        assertEquals(range(1, 1 + 2 * rounds), sequences(log(here, other, bob)));
    }

    // ---- MS-3

    @Test
    @DisplayName("MS-3 a message sent twice is one event")
    void repeatAcrossBatches() {
        Event created = open(alice, bob);
        Event first = added(send(channel, alice, "hello", "a1"));

        assertEquals(new Repeated(first), appendOne(send(channel, alice, "hello", "a1")));
        assertEquals(new Repeated(first), appendOne(there, send(channel, alice, "hello", "a1")));
        assertEquals(List.of(created, first), log(bob));
    }

    @Test
    @DisplayName("MS-3 a message that is twice in one batch is one event")
    void repeatWithinOneBatch() {
        open(alice, bob);

        List<AppendResult> results = append(
                send(channel, alice, "hello", "a1"),
                send(channel, bob, "in between", "b1"),
                send(channel, alice, "hello", "a1"),
                send(channel, alice, "hello", "a1"));

        Event first = event(results.get(0));
        assertEquals(new Repeated(first), results.get(2));
        assertEquals(new Repeated(first), results.get(3));
        assertEquals(range(1, 3), sequences(log(alice)));
    }

    @Test
    @DisplayName("MS-3 eight that race with one message make one event")
    void repeatsThatRace() {
        Event created = open(alice, bob);

        List<AppendResult> results = together(IntStream.range(0, 8)
                .<Callable<AppendResult>>mapToObj(
                        i -> () -> appendOne(i % 2 == 0 ? here : there, send(channel, alice, "hello", "a1")))
                .toList());

        List<Event> appended = results.stream()
                .filter(Appended.class::isInstance)
                .map(StorageContract::event)
                .toList();
        assertEquals(1, appended.size(), () -> "one of them is the first: " + results);
        Repeated repeated = new Repeated(appended.get(0));
        assertEquals(7, results.stream().filter(repeated::equals).count(), () -> "all others repeat: " + results);
        assertEquals(List.of(created, appended.get(0)), log(bob));
    }

    @Test
    @DisplayName("MS-3 the id makes a message the same only within one sender and channel")
    void idsBelongToSenderAndChannel() {
        ChannelId other = ChannelId.random();
        append(create(channel, alice, bob), create(other, alice, bob));

        List<AppendResult> results = append(
                send(channel, alice, "hello", "x"), send(channel, bob, "hello", "x"), send(other, alice, "hello", "x"));

        assertEquals(
                List.of(2L, 3L, 2L),
                sequences(results.stream().map(StorageContract::event).toList()));
    }

    @Test
    @DisplayName("MS-3 ids differ by every character")
    void idsAreExact() {
        open(alice, bob);
        List<String> ids = List.of("id", "ID", "id ", " id", "i\u0301d", "\u00edd", "id\u200b", "\ud83d\ude42");

        List<AppendResult> results = append(
                here, ids.stream().map(id -> send(channel, alice, "hello", id)).toList());

        List<Event> events = results.stream().map(StorageContract::event).toList();
        assertEquals(
                ids,
                events.stream().map(e -> ((Message) e.body()).clientMessageId()).toList());
    }

    @Test
    @DisplayName("MS-3 an id of ours works as well as a client's, and is not shown")
    void generatedIdsAreNotShown() {
        open(alice, bob);
        Send draft = new Send(channel, alice, now(), "hello", "ours", true);

        Event first = added(draft);

        assertEquals(Message.of("hello", null), first.body());
        assertEquals(new Repeated(first), appendOne(draft));
        assertEquals(first, log(bob).get(1));
    }

    @Test
    @DisplayName("MS-3 a repeat is answered to a sender who has left since")
    void repeatAfterLeaving() {
        open(alice, bob);
        Event first = added(send(channel, alice, "hello", "a1"));
        added(leave(alice, alice));

        assertEquals(new Repeated(first), appendOne(send(channel, alice, "hello", "a1")));
        assertEquals(range(1, 3), sequences(log(bob)));
    }

    // ---- MS-4

    @Test
    @DisplayName("MS-4 an id used for another content is refused and stores nothing")
    void otherContentIsRefused() {
        Event created = open(alice, bob);
        Event first = added(send(channel, alice, "hell\u00f6", "a1"));

        assertRefused(Reason.OTHER_CONTENT, appendOne(send(channel, alice, "good bye", "a1")));
        assertRefused(Reason.OTHER_CONTENT, appendOne(there, send(channel, alice, "hell\u00f6 ", "a1")));
        assertRefused(Reason.OTHER_CONTENT, appendOne(send(channel, alice, "hello\u0308", "a1")));
        assertEquals(List.of(created, first), log(bob));
    }

    @Test
    @DisplayName("MS-4 an id used twice in one batch for two contents keeps the first")
    void otherContentWithinOneBatch() {
        open(alice, bob);

        List<AppendResult> results = append(
                send(channel, alice, "one", "a1"),
                send(channel, alice, "two", "a1"),
                send(channel, alice, "one", "a1"));

        Event first = event(results.get(0));
        assertRefused(Reason.OTHER_CONTENT, results.get(1));
        assertEquals(new Repeated(first), results.get(2));
        assertEquals(first, log(bob).get(1));
        assertEquals(2, log(bob).size());
    }

    @Test
    @DisplayName("MS-4 of two contents that race for one id, one is stored")
    void otherContentsThatRace() {
        open(alice, bob);

        List<AppendResult> results = together(IntStream.range(0, 6)
                .<Callable<AppendResult>>mapToObj(
                        i -> () -> appendOne(i % 2 == 0 ? here : there, send(channel, alice, "version " + i, "a1")))
                .toList());

        List<Event> appended = results.stream()
                .filter(Appended.class::isInstance)
                .map(StorageContract::event)
                .toList();
        assertEquals(1, appended.size(), () -> "one of them is the first: " + results);
        Refused refused = new Refused(Reason.OTHER_CONTENT);
        assertEquals(5, results.stream().filter(refused::equals).count(), () -> "all others are refused: " + results);
        assertEquals(appended, log(bob).subList(1, log(bob).size()));
    }

    // ---- MS-5

    @Test
    @DisplayName("MS-5 refused drafts in the middle of a batch leave the others as they are")
    void refusedInTheMiddle() {
        ChannelId other = ChannelId.random();
        append(create(channel, alice, bob), send(channel, alice, "first", "a1"), create(other, bob, alice));

        List<AppendResult> results = append(
                send(channel, alice, "one", "a2"),
                send(channel, alice, "not the first", "a1"),
                send(ChannelId.random(), alice, "nowhere"),
                send(other, bob, "elsewhere"),
                create(other, carol, dave),
                send(channel, carol, "stranger", "c1"),
                send(channel, bob, "two", "b1"));

        assertEquals(3, event(results.get(0)).sequence());
        assertRefused(Reason.OTHER_CONTENT, results.get(1));
        assertRefused(Reason.NO_CHANNEL, results.get(2));
        assertEquals(2, event(results.get(3)).sequence());
        assertRefused(Reason.CHANNEL_EXISTS, results.get(4));
        assertRefused(Reason.NO_CHANNEL, results.get(5));
        assertEquals(4, event(results.get(6)).sequence());
        assertEquals(List.of(event(results.get(0)), event(results.get(6))), log(bob).subList(2, log(bob).size()));
        assertEquals(List.of(event(results.get(3))), log(here, other, bob).subList(1, 2));
    }

    @Test
    @DisplayName("MS-5 an empty batch is no trouble")
    void emptyBatch() {
        assertEquals(List.of(), append());
    }

    // ---- MS-6

    @Test
    @DisplayName("MS-6 for who does not take part the channel does not exist")
    void strangersAreRefused() {
        Event created = open(alice, bob);

        for (Draft draft : List.of(
                send(carol, "hello"),
                rename(carol, "mine"),
                join(carol, carol),
                join(carol, dave),
                leave(carol, bob))) {
            assertRefused(Reason.NO_CHANNEL, appendOne(draft));
        }
        assertRefused(Reason.NO_CHANNEL, appendOne(leave(carol, carol)));
        assertEquals(List.of(created), log(alice));
    }

    @Test
    @DisplayName("MS-6 nobody can do anything in a channel that does not exist")
    void noChannel() {
        for (Draft draft : List.of(
                send(alice, "hello"),
                rename(alice, "mine"),
                join(alice, bob),
                leave(alice, alice),
                expel(alice, alice))) {
            assertRefused(Reason.NO_CHANNEL, appendOne(draft));
        }
        assertEquals(Map.of(), here.messages().members(List.of(channel)));
    }

    @Test
    @DisplayName("MS-6 who left can do nothing any more, until he is added again")
    void formerParticipantsAreRefused() {
        open(alice, bob);
        added(leave(bob, bob));

        for (Draft draft : List.of(send(bob, "hello"), rename(bob, "mine"), join(bob, bob), leave(bob, alice))) {
            assertRefused(Reason.NO_CHANNEL, appendOne(draft));
        }
        added(join(alice, bob));
        assertEquals(4, added(send(bob, "back")).sequence());
    }

    @Test
    @DisplayName("MS-6 a batch is taken in order: made, joined, sent, left, refused")
    void membershipChangesWithinOneBatch() {
        List<AppendResult> results = append(
                send(alice, "too early"),
                create(channel, alice),
                send(bob, "too early"),
                join(alice, bob),
                send(bob, "hello"),
                leave(bob, bob),
                send(bob, "too late"),
                join(alice, bob),
                send(bob, "back"));

        assertRefused(Reason.NO_CHANNEL, results.get(0));
        assertEquals(1, event(results.get(1)).sequence());
        assertRefused(Reason.NO_CHANNEL, results.get(2));
        assertEquals(2, event(results.get(3)).sequence());
        assertEquals(3, event(results.get(4)).sequence());
        assertEquals(4, event(results.get(5)).sequence());
        assertRefused(Reason.NO_CHANNEL, results.get(6));
        assertEquals(new Appended(event(results.get(7)), 5), results.get(7));
        assertEquals(new Appended(event(results.get(8)), 5), results.get(8));
        assertEquals(List.of(2L, 3L, 4L, 5L, 6L), sequences(log(bob)));
    }

    @Test
    @DisplayName("MS-6 an administrator removes people without taking part")
    void administratorsRemove() {
        open(alice, bob);

        Event left = added(expel(dave, bob));

        assertEquals(new ParticipantLeft(bob), left.body());
        assertEquals(dave, left.sender());
        assertRefused(Reason.NO_CHANNEL, appendOne(send(bob, "hello")));
        assertRefused(Reason.NO_CHANNEL, appendOne(send(dave, "hello")));
    }

    // ---- MS-7

    @Test
    @DisplayName("MS-7 a channel made again in the same way is the same channel")
    void sameChannelAgain() {
        Event created = added(new Create(channel, alice, now(), "tea", List.of(alice, bob, carol)));
        Create again = new Create(channel, alice, now(), "tea", List.of(alice, carol, bob));

        assertEquals(new Repeated(created), appendOne(again));
        assertEquals(new Repeated(created), appendOne(there, again));
        assertEquals(List.of(created), log(bob));
    }

    @Test
    @DisplayName("MS-7 a channel made twice in one batch is made once")
    void sameChannelWithinOneBatch() {
        List<AppendResult> results = append(create(channel, alice, bob), create(channel, alice, bob));

        assertEquals(new Repeated(event(results.get(0))), results.get(1));
        assertEquals(1, log(bob).size());
    }

    @Test
    @DisplayName("MS-7 a channel that changed since is still the one that was made")
    void sameChannelAfterChanges() {
        Event created = added(new Create(channel, alice, now(), "tea", List.of(alice, bob)));
        append(rename(bob, "coffee"), join(alice, carol), leave(bob, bob));

        assertEquals(new Repeated(created), appendOne(new Create(channel, alice, now(), "tea", List.of(alice, bob))));
        assertRefused(
                Reason.CHANNEL_EXISTS, appendOne(new Create(channel, alice, now(), "coffee", List.of(alice, carol))));
    }

    @Test
    @DisplayName("MS-7 another maker, name or set of people is refused")
    void otherChannelOfThatId() {
        Event created = added(new Create(channel, alice, now(), "tea", List.of(alice, bob)));

        for (Create other : List.of(
                new Create(channel, bob, now(), "tea", List.of(bob, alice)),
                new Create(channel, alice, now(), "coffee", List.of(alice, bob)),
                new Create(channel, alice, now(), null, List.of(alice, bob)),
                new Create(channel, alice, now(), "tea", List.of(alice)),
                new Create(channel, alice, now(), "tea", List.of(alice, bob, carol)),
                new Create(channel, alice, now(), "tea", List.of(alice, carol)),
                new Create(channel, dave, now(), "tea", List.of(dave)))) {
            assertRefused(Reason.CHANNEL_EXISTS, appendOne(other));
        }
        assertEquals(List.of(created), log(alice));
        assertEquals(Optional.empty(), here.messages().events(channel, carol, 0, 10));
    }

    @Test
    @DisplayName("MS-7 makers that race make one channel")
    void makersThatRace() {
        List<AppendResult> results = together(IntStream.range(0, 6)
                .<Callable<AppendResult>>mapToObj(
                        i -> () -> appendOne(i % 2 == 0 ? here : there, create(channel, alice, bob)))
                .toList());

        List<Event> appended = results.stream()
                .filter(Appended.class::isInstance)
                .map(StorageContract::event)
                .toList();
        assertEquals(1, appended.size(), () -> "one of them is the first: " + results);
        Repeated repeated = new Repeated(appended.get(0));
        assertEquals(5, results.stream().filter(repeated::equals).count(), () -> "all others repeat: " + results);
        assertEquals(appended, log(bob));
    }

    // ---- MS-8

    @Test
    @DisplayName("MS-8 joining when in, leaving when out and renaming to the same name change nothing")
    void nothingToDo() {
        Event created = added(new Create(channel, alice, now(), "tea", List.of(alice, bob)));
        Event left = added(leave(bob, bob));

        List<AppendResult> results = append(
                join(alice, alice), leave(bob, bob), leave(alice, carol), expel(dave, bob), rename(alice, "tea"));

        assertEquals(
                List.of(new Unchanged(), new Unchanged(), new Unchanged(), new Unchanged(), new Unchanged()), results);
        assertEquals(List.of(created, left), log(alice));
        assertEquals(2, members().version());
    }

    @Test
    @DisplayName("MS-8 what an earlier draft of the batch did need not be done again")
    void nothingToDoWithinOneBatch() {
        open(alice);

        List<AppendResult> results = append(
                join(alice, bob),
                join(alice, bob),
                rename(bob, "tea"),
                rename(alice, "tea"),
                leave(bob, bob),
                leave(bob, bob));

        assertEquals(new Unchanged(), results.get(1));
        assertEquals(new Unchanged(), results.get(3));
        assertEquals(new Unchanged(), results.get(5));
        assertEquals(range(1, 4), sequences(log(alice)));
    }

    // ---- MS-9

    @Test
    @DisplayName("MS-9 a channel that a reader was never in is empty to him, as one that does not exist")
    void strangersReadNothing() {
        open(alice, bob);
        added(send(alice, "secret"));

        for (ChannelId id : List.of(channel, ChannelId.random())) {
            assertEquals(Optional.empty(), here.messages().events(id, carol, 0, 10));
            assertEquals(Optional.empty(), here.messages().messages(id, carol, NEWEST, 10));
        }
    }

    @Test
    @DisplayName("MS-9 who left and came back reads exactly the events of his periods")
    void periodsBoundTheLog() {
        threePeriodsOfBob();

        assertEquals(List.of(3L, 4L, 5L, 8L, 9L, 10L, 12L, 13L), sequences(log(bob)));
        assertEquals(13, page(bob, 0, 100).lastSequence());
        assertEquals(List.of(5L, 8L), sequences(page(bob, 4, 2).items()));
        assertEquals(List.of(8L, 9L), sequences(page(bob, 6, 2).items()));
        assertEquals(range(1, 13), sequences(log(alice)));
    }

    @Test
    @DisplayName("MS-9 who left and came back reads exactly the messages of his periods")
    void periodsBoundTheMessages() {
        threePeriodsOfBob();

        assertEquals(List.of(4L, 9L, 13L), sequences(newest(bob, NEWEST, 100).items()));
        assertEquals(List.of(4L, 9L), sequences(newest(bob, 13, 2).items()));
        assertEquals(List.of(4L), sequences(newest(bob, 8, 2).items()));
        assertEquals(13, newest(bob, 8, 2).lastSequence());
    }

    @Test
    @DisplayName("MS-9 who left reads up to the event of his leaving")
    void leaversReadUpToTheirEnd() {
        open(alice, bob);
        append(send(alice, "for both"), leave(bob, bob), send(alice, "for one"));

        assertEquals(range(1, 3), sequences(log(bob)));
        assertEquals(3, page(bob, 0, 2).lastSequence());
        assertEquals(3, page(bob, 3, 2).lastSequence());
        assertEquals(List.of(), page(bob, 3, 2).items());
        assertEquals(List.of(2L), sequences(newest(bob, NEWEST, 10).items()));
        assertEquals(3, newest(bob, NEWEST, 10).lastSequence());
    }

    @Test
    @DisplayName("MS-9 who is removed reads of it, and who is added too")
    void othersMoveMembers() {
        open(alice);
        append(send(alice, "before"), join(alice, bob), expel(dave, bob), send(alice, "after"));

        assertEquals(List.of(3L, 4L), sequences(log(bob)));
        assertEquals(4, page(bob, 0, 10).lastSequence());
    }

    // ---- MS-10

    @Test
    @DisplayName("MS-10 pages of the log are exact, whatever the limit")
    void pagesOfTheLog() {
        Event created = open(alice, bob);
        List<Event> all =
                Stream.concat(Stream.of(created), chatter(alice, 11).stream()).toList();

        for (int limit : List.of(1, 2, 3, 4, 6, 11, 12, 13)) {
            for (int after = 0; after <= 12; after++) {
                LogPage page = page(bob, after, limit);
                assertEquals(all.subList(after, Math.min(after + limit, 12)), page.items());
                assertEquals(12, page.lastSequence());
            }
        }
        assertEquals(new LogPage(List.of(), 12), page(bob, 4711, 10));
    }

    @Test
    @DisplayName("MS-10 pages of messages are exact, oldest first, without what is no message")
    void pagesOfMessages() {
        open(alice, bob);
        List<Event> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.addAll(chatter(alice, 1));
            added(rename(bob, "name " + i));
        }

        for (int limit : List.of(1, 2, 3, 6, 7, 8)) {
            assertEquals(new LogPage(all.subList(Math.max(0, 7 - limit), 7), 15), newest(bob, NEWEST, limit));
            assertEquals(new LogPage(all.subList(Math.max(0, 4 - limit), 4), 15), newest(bob, 10, limit));
        }
        assertEquals(all.subList(2, 4), newest(bob, 9, 2).items());
        assertEquals(new LogPage(List.of(), 15), newest(bob, 2, 10));
    }

    // ---- MS-11

    @Test
    @DisplayName("MS-11 content passes unchanged, every character of it")
    void oddContent() {
        open(alice, bob);
        List<String> contents = List.of(
                "'quotes' \"double\" `back` \\ \\n \\u0041 %s ${x} ? :x /* -- ; */",
                "line\nline\r\nline\rtab\tend",
                "  spaces on both sides\u00a0 ",
                "\u00e9 is not e\u0301, \ufb01 is not fi, \u212b is not \u00c5",
                "\ud83d\udc69\ud83c\udffd\u200d\ud83d\udcbb \ud83c\uddea\ud83c\uddfa \ud83e\udd37\ufe0f 1\ufe0f\u20e3",
                "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c \u0645\u0631\u062d\u0628\u0627 \u200f",
                "\u6f22\u5b57 \u304b\u3099 \u0928\u092e\u0938\u094d\u0924\u0947",
                "\ufeffbom \ufffd \ufffe \uffff \ufdd0",
                "\udbff\udfff \ud800\udc00 \ud840\udc00",
                "\u0001\u0008\u001b[31m\u001f\u007f\u0085\u2028\u2029",
                "x");

        List<Event> sent = append(
                        here, contents.stream().map(c -> send(alice, c)).toList())
                .stream()
                .map(StorageContract::event)
                .toList();

        assertEquals(contents, contents(sent));
        assertEquals(sent, log(bob).subList(1, log(bob).size()));
        assertEquals(sent, newest(bob, NEWEST, 100).items());
    }

    @Test
    @DisplayName("MS-11 every character there is passes, and a long content whole")
    void everyCharacter() {
        open(alice, bob);
        List<String> contents = new ArrayList<>();
        for (int first = 0; first <= Character.MAX_CODE_POINT; first += 0x1000) {
            contents.add(codePoints(first, first < 0x10000 ? 0x1000 : 0x100));
        }
        contents.add("\ud83d\ude42".repeat(32_768));

        append(here, contents.stream().map(c -> send(alice, c)).toList());

        List<Event> read = log(bob);
        assertEquals(contents, contents(read.subList(1, read.size())));
    }

    private static String codePoints(int first, int count) {
        return IntStream.range(first, first + count)
                .filter(c -> c != 0 && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static List<String> contents(List<Event> messages) {
        return messages.stream().map(e -> ((Message) e.body()).content()).toList();
    }

    // ---- MS-12

    @Test
    @DisplayName("MS-12 members tell every period there ever was, and the sequence of the last change")
    void membersTellEveryPeriod() {
        threePeriodsOfBob();

        assertEquals(12, members().version());
        assertSame(
                Set.of(
                        new Period(alice, 1, Period.OPEN),
                        new Period(bob, 3, 5),
                        new Period(bob, 8, 10),
                        new Period(bob, 12, Period.OPEN)),
                members().periods());
        assertSame(Set.of(alice), members().at(6));
        assertSame(Set.of(alice, bob), members().at(10));
        assertSame(Set.of(alice), members().at(11));
    }

    @Test
    @DisplayName("MS-12 only changes of membership change the version, and the append tells it")
    void versionsOfMembers() {
        assertEquals(1, version(create(channel, alice, bob)));
        assertEquals(1, members().version());
        assertEquals(1, version(send(alice, "hello")));
        assertEquals(1, version(rename(alice, "tea")));
        assertEquals(4, version(join(alice, carol)));
        assertEquals(4, version(send(carol, "hello")));
        assertEquals(4, members().version());
        assertEquals(6, version(leave(bob, bob)));
        assertEquals(6, version(send(carol, "bye")));
        assertEquals(6, there.messages().members(List.of(channel)).get(channel).version());
    }

    @Test
    @DisplayName("MS-12 members of many channels come at once, without those that do not exist")
    void membersOfManyChannels() {
        ChannelId other = ChannelId.random();
        append(create(channel, alice, bob), create(other, carol));

        Map<ChannelId, Members> members = here.messages().members(List.of(other, ChannelId.random(), channel));

        assertEquals(Set.of(channel, other), members.keySet());
        assertEquals(new Members(1, List.of(new Period(carol, 1, Period.OPEN))), members.get(other));
        assertSame(
                Set.of(new Period(alice, 1, Period.OPEN), new Period(bob, 1, Period.OPEN)),
                members.get(channel).periods());
        assertEquals(Map.of(), here.messages().members(List.of()));
    }

    // ---- MS-13

    @Test
    @DisplayName("MS-13 a channel owes as soon as its event is in the log, whoever looks")
    void owedAtOnce() {
        StorageUnderTest dying = node("dying", SHORT_LEASE);
        append(dying, List.of(create(channel, alice, bob), send(alice, "hello")));

        assertEquals(1, claimed(there).from());
    }

    @Test
    @DisplayName("MS-13 a channel that was settled owes from its next event on")
    void owedFromTheNextEventOn() {
        open(alice, bob);
        here.ledger().acknowledge(List.of(new Receipt(bob, channel, 1, 0)));
        assertEquals(Set.of(channel), here.ledger().settle(List.of(claimed(here))));

        added(send(alice, "hello"));
        added(send(alice, "hello?"));

        assertEquals(2, claimed(here).from());
    }

    private Claim claimed(StorageUnderTest node) {
        return DeliveryLedgerContract.claimed(node, channel);
    }

    // ---- MS-14

    @Test
    @DisplayName("MS-14 catching up gives what is missing of each named channel, by channel and then sequence")
    void catchingUp() {
        List<ChannelId> ids = channels("B", "a", "c", "_");
        List<List<Event>> logs = new ArrayList<>();
        for (ChannelId id : ids) {
            Event created = added(create(id, alice, bob));
            logs.add(Stream.concat(Stream.of(created), chatter(id, alice, 4).stream())
                    .toList());
        }

        CatchUp missed = here.messages().catchUp(bob, Map.of(ids.get(0), 3L, ids.get(1), 0L, ids.get(2), 5L), 100);

        assertEquals(
                Stream.concat(logs.get(0).subList(3, 5).stream(), logs.get(1).stream())
                        .toList(),
                missed.events());
        assertSame(
                Set.of(head(ids.get(0), 5), head(ids.get(1), 5), head(ids.get(2), 5), head(ids.get(3), 5)),
                missed.heads());
        assertEquals(List.of(), missed.left());
        assertFalse(missed.more());
    }

    @Test
    @DisplayName("MS-14 catching up goes on where the limit cut it")
    void catchingUpInPages() {
        List<ChannelId> ids = channels("a", "b");
        for (ChannelId id : ids) {
            added(create(id, alice, bob));
            chatter(id, alice, 2);
        }

        assertCaughtUp(Map.of(ids.get(0), 0L, ids.get(1), 0L), 4, List.of(1L, 2L, 3L, 1L), true);
        assertCaughtUp(Map.of(ids.get(0), 3L, ids.get(1), 1L), 4, List.of(2L, 3L), false);
        assertCaughtUp(Map.of(ids.get(0), 0L, ids.get(1), 0L), 6, List.of(1L, 2L, 3L, 1L, 2L, 3L), false);
        assertCaughtUp(Map.of(ids.get(0), 0L, ids.get(1), 0L), 5, List.of(1L, 2L, 3L, 1L, 2L), true);
        assertCaughtUp(Map.of(ids.get(0), 3L, ids.get(1), 3L), 1, List.of(), false);
    }

    private void assertCaughtUp(Map<ChannelId, Long> known, int limit, List<Long> expected, boolean more) {
        CatchUp missed = here.messages().catchUp(bob, known, limit);
        assertEquals(expected, sequences(missed.events()));
        assertEquals(more, missed.more());
        assertEquals(2, missed.heads().size());
    }

    @Test
    @DisplayName("MS-14 a channel that is not named gives its head only, one of others nothing")
    void catchingUpWithoutNames() {
        open(alice, bob);
        ChannelId foreign = ChannelId.random();
        added(create(foreign, alice));

        CatchUp missed = here.messages().catchUp(bob, Map.of(foreign, 0L, ChannelId.random(), 3L), 100);

        assertEquals(List.of(), missed.events());
        assertEquals(List.of(head(channel, 1)), missed.heads());
        assertEquals(List.of(), missed.left());
        assertFalse(missed.more());
    }

    @Test
    @DisplayName("MS-14 what was left is told with its last sequence, and what he missed until then comes")
    void catchingUpWithWhatWasLeft() {
        open(alice, bob);
        append(send(alice, "for both"), expel(dave, bob), send(alice, "for one"));

        CatchUp missed = here.messages().catchUp(bob, Map.of(channel, 1L), 100);

        assertEquals(List.of(2L, 3L), sequences(missed.events()));
        assertEquals(List.of(), missed.heads());
        assertEquals(List.of(new Left(channel, 3)), missed.left());
        CatchUp again = here.messages().catchUp(bob, Map.of(channel, 3L), 100);
        assertEquals(List.of(), again.events());
        assertEquals(List.of(new Left(channel, 3)), again.left());
        assertEquals(List.of(), here.messages().catchUp(bob, Map.of(), 100).left());
    }

    @Test
    @DisplayName("MS-14 who left and came back catches up on exactly his periods")
    void catchingUpOnPeriods() {
        threePeriodsOfBob();

        CatchUp missed = here.messages().catchUp(bob, Map.of(channel, 4L), 100);

        assertEquals(List.of(5L, 8L, 9L, 10L, 12L, 13L), sequences(missed.events()));
        assertEquals(List.of(head(channel, 13)), missed.heads());
        assertEquals(List.of(), missed.left());
        assertEquals(
                List.of(5L, 8L, 9L),
                sequences(here.messages().catchUp(bob, Map.of(channel, 4L), 3).events()));
    }

    @Test
    @DisplayName("MS-14 what is exactly 1,000 events behind comes, one more is reset")
    void resetFarBehind() {
        open(alice, bob);
        chatter(alice, 500);
        chatter(alice, 501);
        added(join(alice, carol));
        chatter(alice, 2);

        CatchUp just = here.messages().catchUp(bob, Map.of(channel, 5L), 2_000);
        assertEquals(range(6, 1_005), sequences(just.events()));
        assertEquals(List.of(head(channel, 1_005)), just.heads());

        CatchUp past = here.messages().catchUp(bob, Map.of(channel, 4L), 2_000);
        assertEquals(List.of(), past.events());
        assertEquals(List.of(new Head(channel, 1_005, true)), past.heads());
        assertFalse(past.more());

        CatchUp late = here.messages().catchUp(carol, Map.of(channel, 0L), 2_000);
        assertEquals(range(1_003, 1_005), sequences(late.events()), "only what is hers to read counts");
        assertEquals(List.of(head(channel, 1_005)), late.heads());
    }

    @Test
    @DisplayName("MS-14 the epoch stays the same, on every node and for everybody")
    void epochStays() {
        open(alice, bob);
        String epoch = here.messages().catchUp(alice, Map.of(), 1).epoch();
        added(send(alice, "hello"));

        assertFalse(epoch.isBlank());
        assertEquals(
                epoch, here.messages().catchUp(alice, Map.of(channel, 0L), 1).epoch());
        assertEquals(epoch, there.messages().catchUp(carol, Map.of(), 1).epoch());
    }

    // ---- MS-15

    @Test
    @DisplayName("MS-15 an edit and a deletion are events of their own")
    void editsAndDeletionsAreEvents() {
        open(alice, bob);
        added(send(alice, "tea?"));
        Draft edit = edit(alice, 2, "coffee?");
        Draft delete = delete(alice, 2);

        List<AppendResult> results = append(edit, delete);

        Event edited = new Event(channel, 3, alice, edit.at(), new MessageEdited(2, "coffee?"));
        Event deleted = new Event(channel, 4, alice, delete.at(), new MessageDeleted(2));
        assertEquals(List.of(new Appended(edited, 1), new Appended(deleted, 1)), results);
        assertEquals(range(1, 4), sequences(log(bob)));
        assertEquals(deleted, log(bob).get(3));
    }

    @Test
    @DisplayName("MS-15 an edit to what a message says now is answered with what made it say so")
    void sameEditAgain() {
        open(alice, bob);
        Event sent = added(send(alice, "tea?"));
        assertEquals(new Repeated(sent), appendOne(edit(alice, 2, "tea?")));
        Event first = added(edit(alice, 2, "coffee?"));
        assertEquals(new Repeated(first), appendOne(there, edit(alice, 2, "coffee?")));
        Event back = added(edit(alice, 2, "tea?"));
        assertEquals(new Repeated(back), appendOne(edit(alice, 2, "tea?")));
        Draft twice = edit(alice, 2, "none?");
        Event third = new Event(channel, 5, alice, twice.at(), new MessageEdited(2, "none?"));
        assertEquals(List.of(new Appended(third, 1), new Repeated(third)), append(twice, twice));

        assertEquals(range(1, 5), sequences(log(bob)));
    }

    @Test
    @DisplayName("MS-15 a second deletion is answered with the first, whoever asks of those who may")
    void sameDeletionAgain() {
        open(alice, bob);
        append(send(alice, "tea?"), edit(alice, 2, "coffee?"));
        Event deleted = added(purge(dave, 2));

        assertEquals(dave, deleted.sender());
        assertEquals(new Repeated(deleted), appendOne(delete(alice, 2)));
        assertEquals(new Repeated(deleted), appendOne(there, purge(carol, 2)));
        assertEquals(List.of(new Repeated(deleted), new Repeated(deleted)), append(delete(alice, 2), delete(alice, 2)));
        assertRefused(Reason.NOT_AUTHOR, appendOne(delete(bob, 2)));
        assertEquals(range(1, 4), sequences(log(bob)));
    }

    @Test
    @DisplayName("MS-15 only the author edits, and only he and an administrator delete")
    void othersMayNot() {
        open(alice, bob);
        added(send(alice, "tea?"));

        assertRefused(Reason.NOT_AUTHOR, appendOne(edit(bob, 2, "mine")));
        assertRefused(Reason.NOT_AUTHOR, appendOne(delete(bob, 2)));
        assertRefused(Reason.NO_CHANNEL, appendOne(edit(dave, 2, "mine")));
        assertRefused(Reason.NO_CHANNEL, appendOne(delete(dave, 2)));
        assertEquals(2, log(bob).size());
        assertEquals(new MessageDeleted(2), added(purge(dave, 2)).body());
    }

    @Test
    @DisplayName("MS-15 what is no message that the sender may read is refused")
    void onlyMessagesAreChanged() {
        open(alice, bob);
        append(send(bob, "2"), edit(bob, 2, "3"), rename(alice, "4"), join(alice, carol), send(carol, "6"));
        append(delete(carol, 6));

        for (long target : List.of(1L, 3L, 4L, 5L, 7L, 8L, 99L, 0L, -1L, Long.MAX_VALUE)) {
            assertRefused(Reason.NO_MESSAGE, appendOne(edit(alice, target, "x")));
            assertRefused(Reason.NO_MESSAGE, appendOne(delete(alice, target)));
            assertRefused(Reason.NO_MESSAGE, appendOne(purge(dave, target)));
        }
        assertRefused(Reason.NO_MESSAGE, appendOne(edit(carol, 2, "x"))); // from before her time
        assertRefused(Reason.NO_MESSAGE, appendOne(delete(carol, 2)));
        ChannelId none = ChannelId.random();
        assertRefused(Reason.NO_CHANNEL, appendOne(new Draft.Edit(none, alice, now(), 2, "x")));
        assertRefused(Reason.NO_CHANNEL, appendOne(new Draft.Delete(none, alice, now(), 2, true)));
        assertEquals(7, log(alice).size());
    }

    @Test
    @DisplayName("MS-15 a deleted message cannot be edited")
    void deletedStaysDeleted() {
        open(alice, bob);
        append(send(alice, "tea?"), delete(alice, 2));

        assertRefused(Reason.DELETED, appendOne(edit(alice, 2, "coffee?")));
        assertRefused(Reason.DELETED, appendOne(edit(alice, 2, "tea?")));
        assertRefused(Reason.NOT_AUTHOR, appendOne(edit(bob, 2, "coffee?")));
        assertEquals(range(1, 3), sequences(log(bob)));
    }

    @Test
    @DisplayName("MS-15 who has left is answered repeats of what he did, and can do nothing more")
    void authorsWhoLeft() {
        open(alice, bob);
        append(send(alice, "2"), send(alice, "3"));
        Event edited = added(edit(alice, 2, "4"));
        Event deleted = added(delete(alice, 3));
        added(leave(alice, alice));

        assertEquals(new Repeated(edited), appendOne(edit(alice, 2, "4")));
        assertEquals(new Repeated(deleted), appendOne(delete(alice, 3)));
        assertRefused(Reason.NO_CHANNEL, appendOne(edit(alice, 2, "5")));
        assertRefused(Reason.NO_CHANNEL, appendOne(delete(alice, 2)));
    }

    @Test
    @DisplayName("MS-15 one batch is taken in order: sent, edited, deleted, refused")
    void changesWithinOneBatch() {
        open(alice, bob);

        List<AppendResult> results = append(
                send(channel, alice, "2", "a1"),
                edit(bob, 2, "no"),
                edit(alice, 2, "3"),
                edit(alice, 2, "4"),
                delete(alice, 2),
                edit(alice, 2, "no"),
                send(channel, alice, "2", "a1"),
                edit(alice, 6, "no"),
                send(bob, "6"));

        assertEquals(
                List.of(2L, Reason.NOT_AUTHOR, 3L, 4L, 5L, Reason.DELETED, 2L, Reason.NO_MESSAGE, 6L),
                results.stream().map(MessageStoreContract::outline).toList());
        assertEquals(
                List.of(
                        new Message(null, "a1", null, true),
                        new MessageEdited(2, null),
                        new MessageEdited(2, null),
                        new MessageDeleted(2)),
                log(bob).stream().map(Event::body).toList().subList(1, 5));
    }

    private static Object outline(AppendResult result) {
        if (result instanceof Refused refused) {
            return refused.reason();
        }
        Event event = result instanceof Repeated repeated ? repeated.event() : event(result);
        return event.sequence();
    }

    @Test
    @DisplayName("MS-15 of edits that race the last in the log is the one that stays")
    void editsThatRace() {
        open(alice, bob);
        added(send(alice, "draft"));

        together(IntStream.range(0, 4)
                .<Callable<Boolean>>mapToObj(thread -> () -> {
                    for (int i = 0; i < 5; i++) {
                        event(appendOne(thread % 2 == 0 ? here : there, edit(alice, 2, thread + " " + i)));
                    }
                    return true;
                })
                .toList());

        List<Event> log = log(bob);
        assertEquals(range(1, 22), sequences(log));
        String last = ((MessageEdited) log.get(21).body()).content();
        assertEquals(last, ((Message) log.get(1).body()).content());
        assertTrue(log.subList(2, 21).stream().allMatch(event -> ((MessageEdited) event.body()).content() == null));
    }

    // ---- MS-16

    @Test
    @DisplayName("MS-16 an edited message reads as its latest edit has it, with its time, and earlier edits are empty")
    void readsAsLatelyEdited() {
        open(alice, bob);
        Draft latest = edit(alice, 2, "three");
        append(send(channel, alice, "one", "a1"), send(bob, "3"), edit(alice, 2, "two"), latest);
        Message message = new Message("three", "a1", latest.at(), false);

        assertReads(bob, List.of(message, new MessageEdited(2, null), new MessageEdited(2, "three")));
        assertEquals(range(1, 5), sequences(log(bob)));
    }

    @Test
    @DisplayName("MS-16 a deletion empties a message and all its edits")
    void deletionEmpties() {
        open(alice, bob);
        append(send(channel, alice, "one", "a1"), send(bob, "3"), edit(alice, 2, "two"), edit(alice, 2, "three"));
        added(delete(alice, 2));

        assertReads(
                bob,
                List.of(
                        new Message(null, "a1", null, true),
                        new MessageEdited(2, null),
                        new MessageEdited(2, null),
                        new MessageDeleted(2)));
    }

    /** Everything but the third event, wherever the reader reads it. */
    private void assertReads(UserId reader, List<Event.Body> expected) {
        List<Event.Body> log = new ArrayList<>(bodies(log(there, channel, reader)));
        assertEquals(expected, without(log, 0, 2));
        List<Event.Body> missed =
                bodies(here.messages().catchUp(reader, Map.of(channel, 1L), 100).events());
        assertEquals(expected, without(missed, 1));
        List<Event.Body> messages = bodies(here.messages()
                .messages(channel, reader, NEWEST, 10)
                .orElseThrow()
                .items());
        assertEquals(expected.subList(0, 1), without(messages, 1));
    }

    private static List<Event.Body> bodies(List<Event> events) {
        return events.stream().map(Event::body).toList();
    }

    private static <T> List<T> without(List<T> all, Integer... places) {
        List<Integer> left = List.of(places);
        return IntStream.range(0, all.size())
                .filter(i -> !left.contains(i))
                .mapToObj(all::get)
                .toList();
    }

    @Test
    @DisplayName("MS-16 what was sent is the same message again, whatever became of it, and nothing else is")
    void repeatsOfChangedMessages() {
        open(alice, bob);
        Event edited = added(send(channel, alice, "one", "a1"));
        Event deleted = added(send(channel, alice, "two", "a2"));
        append(edit(alice, 2, "three"), edit(alice, 2, "four"), edit(alice, 3, "five"), delete(alice, 3));

        assertEquals(new Repeated(edited), appendOne(there, send(channel, alice, "one", "a1")));
        assertEquals(new Repeated(deleted), appendOne(there, send(channel, alice, "two", "a2")));
        for (String other : List.of("two", "three", "four", "")) {
            assertRefused(Reason.OTHER_CONTENT, appendOne(send(channel, alice, other, "a1")));
        }
        for (String other : List.of("one", "five", "")) {
            assertRefused(Reason.OTHER_CONTENT, appendOne(send(channel, alice, other, "a2")));
        }
        assertEquals(range(1, 7), sequences(log(bob)));
    }

    // ---- What the tests share

    /** Bob is in from 3 to 5, from 8 to 10, and from 12 on; messages are at 2, 4, 6, 7, 9, 11 and 13. */
    private void threePeriodsOfBob() {
        open(alice);
        List<AppendResult> results = append(
                send(alice, "2"),
                join(alice, bob),
                send(alice, "4"),
                leave(bob, bob),
                send(alice, "6"),
                send(alice, "7"),
                join(alice, bob),
                send(bob, "9"),
                expel(alice, bob),
                send(alice, "11"),
                join(alice, bob),
                send(alice, "13"));
        assertTrue(results.stream().allMatch(Appended.class::isInstance), results::toString);
    }

    private LogPage page(UserId reader, long after, int limit) {
        return here.messages().events(channel, reader, after, limit).orElseThrow();
    }

    private LogPage newest(UserId reader, long before, int limit) {
        return here.messages().messages(channel, reader, before, limit).orElseThrow();
    }

    private Members members() {
        return here.messages().members(List.of(channel)).get(channel);
    }

    private long version(Draft draft) {
        return assertInstanceOf(Appended.class, appendOne(draft)).membersVersion();
    }

    /** Channels whose ids compare as their names do. */
    private List<ChannelId> channels(String... names) {
        String suffix = "-" + channel;
        return Stream.of(names).map(name -> new ChannelId("x" + name + suffix)).toList();
    }

    private static Head head(ChannelId id, long lastSequence) {
        return new Head(id, lastSequence, false);
    }
}
