package io.touchline.core.testkit;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Marks;
import io.touchline.core.model.Participant;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.End;
import io.touchline.core.port.DeliveryLedger.Moved;
import io.touchline.core.port.DeliveryLedger.Settlement;
import io.touchline.core.port.DeliveryLedger.Unsettled;
import io.touchline.core.port.Draft;
import io.touchline.core.port.Draft.Leave;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link DeliveryLedger} promises. */
public abstract class DeliveryLedgerContract extends StorageContract {
    private static final int ALL = 100_000;

    // ---- DL-1

    @Test
    @DisplayName("DL-1 marks never move back")
    void marksNeverMoveBack() {
        open(alice, bob);
        chatter(alice, 5);

        assertSame(Set.of(marks(bob, 5, 3)), acknowledge(receipt(bob, 5, 3)));
        assertEquals(List.of(), acknowledge(receipt(bob, 4, 2)));
        assertEquals(List.of(), there.ledger().acknowledge(List.of(receipt(bob, 1, 0))));
        assertParticipant(bob, 5, 3);
    }

    @Test
    @DisplayName("DL-1 one mark moves without the other")
    void marksMoveAlone() {
        open(alice, bob);
        chatter(alice, 5);

        assertSame(Set.of(marks(bob, 3, 0)), acknowledge(receipt(bob, 3, 0)));
        assertSame(Set.of(marks(bob, 3, 2)), acknowledge(receipt(bob, 1, 2)));
        assertSame(Set.of(marks(bob, 6, 2)), acknowledge(receipt(bob, 6, 1)));
    }

    @Test
    @DisplayName("DL-1 reading implies having")
    void readingImpliesHaving() {
        open(alice, bob);
        chatter(alice, 5);

        assertSame(Set.of(marks(bob, 4, 4)), acknowledge(receipt(bob, 0, 4)));
        assertParticipant(bob, 4, 4);
    }

    @Test
    @DisplayName("DL-1 receipts that race leave the furthest marks")
    void receiptsThatRace() {
        open(alice, bob);
        chatter(alice, 40);

        together(IntStream.range(0, 4)
                .<Callable<Boolean>>mapToObj(thread -> () -> {
                    for (int i = 1; i <= 10; i++) {
                        StorageUnderTest node = thread % 2 == 0 ? here : there;
                        node.ledger().acknowledge(List.of(receipt(bob, 4 * i + thread - 3, 2 * i)));
                    }
                    return true;
                })
                .toList());

        assertParticipant(bob, 40, 20);
    }

    @Test
    @DisplayName("DL-1 sending moves no mark of the sender")
    void sendingMovesNoMark() {
        open(alice, bob);
        chatter(alice, 5);

        assertParticipant(alice, 0, 0);
    }

    // ---- DL-2

    @Test
    @DisplayName("DL-2 a number past the last sequence counts as that")
    void marksAreCapped() {
        open(alice, bob);
        chatter(alice, 5);

        assertSame(Set.of(marks(bob, 6, 6)), acknowledge(receipt(bob, 4711, Long.MAX_VALUE)));
        assertEquals(List.of(), acknowledge(receipt(bob, 4711, 4711)));
        chatter(alice, 1);
        assertEquals(7, unsettled(claimed(here, channel)).get(0).first());
    }

    @Test
    @DisplayName("DL-2 for who left, the last sequence is that of his leaving")
    void marksOfLeaversAreCapped() {
        open(alice, bob);
        append(send(alice, "2"), leave(bob, bob), send(alice, "4"));

        assertSame(Set.of(marks(bob, 3, 2)), acknowledge(receipt(bob, 4, 2)));
        assertSame(Set.of(marks(bob, 3, 3)), acknowledge(receipt(bob, 0, 4)));
    }

    @Test
    @DisplayName("DL-2 receipts for channels that are not his are passed over, and the others count")
    void foreignReceipts() {
        open(alice, bob);
        ChannelId foreign = ChannelId.random();
        added(create(foreign, alice));

        List<Marks> moved = acknowledge(
                new Receipt(bob, foreign, 1, 1),
                new Receipt(bob, ChannelId.random(), 1, 1),
                receipt(bob, 1, 0),
                receipt(carol, 1, 1));

        assertEquals(List.of(marks(bob, 1, 0)), moved);
        assertEquals(List.of(alice), participants(foreign));
        assertEquals(List.of(alice, bob), participants(channel));
    }

    // ---- DL-3

    @Test
    @DisplayName("DL-3 only receipts that moved a mark are answered, with the marks as they now are")
    void onlyMovesAreAnswered() {
        open(alice, bob, carol, dave);
        ChannelId other = ChannelId.random();
        added(create(other, alice, bob));
        chatter(alice, 5);
        acknowledge(receipt(bob, 4, 4), receipt(carol, 2, 1));

        List<Marks> moved = acknowledge(
                receipt(bob, 3, 3),
                receipt(carol, 4, 0),
                receipt(dave, 0, 0),
                receipt(alice, 1, 1),
                new Receipt(bob, other, 1, 0));

        assertSame(Set.of(marks(carol, 4, 1), marks(alice, 1, 1), new Marks(other, bob, 1, 0)), moved);
        assertEquals(List.of(), acknowledge());
    }

    @Test
    @DisplayName("DL-3 several receipts of one user and channel are answered as one")
    void severalReceiptsOfOneUser() {
        open(alice, bob);
        chatter(alice, 5);

        assertEquals(
                List.of(marks(bob, 5, 4)), acknowledge(receipt(bob, 3, 1), receipt(bob, 5, 0), receipt(bob, 4, 4)));
    }

    // ---- DL-4

    @Test
    @DisplayName("DL-4 an event is unsettled for everybody of its time but its sender")
    void unsettledForAllButTheSender() {
        open(alice, bob, carol);
        added(send(bob, "2"));
        added(rename(alice, "3"));
        Event fromAlice = added(send(alice, "4"));
        Event fromBob = added(send(bob, "5"));

        assertEquals(
                List.of(
                        new Unsettled(alice, 2, 5, 2, fromBob, false),
                        new Unsettled(bob, 1, 4, 1, fromAlice, false),
                        new Unsettled(carol, 1, 5, 3, fromBob, false)),
                unsettled(claimed(here, channel)));
    }

    @Test
    @DisplayName("DL-4 what the delivered mark covers is settled")
    void deliveredMarksSettle() {
        open(alice, bob, carol);
        List<Event> messages = chatter(alice, 4);
        Claim claim = claimed(here, channel);

        acknowledge(receipt(bob, 3, 0), receipt(carol, 0, 5));
        assertEquals(List.of(new Unsettled(bob, 4, 5, 2, messages.get(3), false)), unsettled(claim));
        acknowledge(receipt(bob, 5, 0));
        assertEquals(List.of(), unsettled(claim));
    }

    @Test
    @DisplayName("DL-4 what a recorded end covers is settled, without moving a mark")
    void endsSettle() {
        open(alice, bob, carol);
        List<Event> messages = chatter(alice, 4);
        Claim claim = claimed(here, channel);

        end(claim, bob, 3, End.PUSHED);
        end(claim, carol, 5, End.NO_DEVICE);
        assertEquals(List.of(new Unsettled(bob, 4, 5, 2, messages.get(3), false)), unsettled(claim));
        assertParticipant(bob, 0, 0);
        assertParticipant(carol, 0, 0);
        assertEquals(4, here.channels().channel(bob, channel).orElseThrow().unread());
    }

    @Test
    @DisplayName("DL-4 every kind of end settles, and an earlier one takes nothing back")
    void everyEndSettles() {
        UserId[] people = Stream.of(End.values())
                .map(end -> user(end.name().toLowerCase(Locale.ROOT)))
                .toArray(UserId[]::new);
        open(Stream.concat(Stream.of(alice), Stream.of(people)).toArray(UserId[]::new));
        chatter(alice, 2);
        Claim claim = claimed(here, channel);

        List<Settlement> ends = new ArrayList<>();
        for (End end : End.values()) {
            ends.add(new Settlement(claim, people[end.ordinal()], 3, end));
        }
        here.ledger().end(ends);
        assertEquals(List.of(), unsettled(claim));
        here.ledger()
                .end(Stream.of(people)
                        .map(user -> new Settlement(claim, user, 1, End.PUSHED))
                        .toList());
        assertEquals(List.of(), unsettled(claim));
    }

    @Test
    @DisplayName("DL-4 an end does not cover what comes later")
    void endsCoverOnlyThePast() {
        open(alice, bob);
        Claim claim = claimed(here, channel);
        end(claim, bob, 1, End.LEFT_TO_SYNC);

        Event news = added(send(alice, "news"));

        assertEquals(List.of(new Unsettled(bob, 2, 2, 1, news, false)), unsettled(claim));
    }

    @Test
    @DisplayName("DL-4 only the events of his periods are owed to who left and came back")
    void periodsBoundWhatIsOwed() {
        open(alice);
        added(send(alice, "2"));
        added(join(alice, bob));
        added(send(alice, "4"));
        added(expel(alice, bob));
        added(send(alice, "6"));
        Claim claim = claimed(here, channel);
        assertEquals(1, unsettled(claim).size());
        assertEquals(List.of(3L, 5L, 1L), numbers(unsettled(claim).get(0)));

        added(join(alice, bob));
        Event last = added(send(alice, "8"));
        assertEquals(List.of(new Unsettled(bob, 3, 8, 2, last, false)), unsettled(claim));

        acknowledge(receipt(bob, 5, 0));
        assertEquals(List.of(new Unsettled(bob, 7, 8, 1, last, false)), unsettled(claim));
        added(expel(alice, bob));
        added(send(alice, "10"));
        assertEquals(List.of(new Unsettled(bob, 7, 9, 1, last, false)), unsettled(claim));
    }

    @Test
    @DisplayName("DL-4 other events than messages are owed too, and count as none")
    void otherEventsAreOwed() {
        open(alice, bob);
        added(rename(alice, "tea"));

        assertEquals(List.of(new Unsettled(bob, 1, 2, 0, null, false)), unsettled(claimed(here, channel)));
    }

    @Test
    @DisplayName("DL-4 of a long debt as many messages are counted as that, over all of his periods")
    void countingIsBounded() {
        open(alice, bob);
        append(here, messages("before", DeliveryLedger.MAX_COUNTED - 1));
        Claim claim = claimed(here, channel);
        assertEquals(DeliveryLedger.MAX_COUNTED - 1, unsettled(claim).get(0).messages());

        added(leave(bob, bob));
        added(join(alice, bob));
        append(here, messages("after", DeliveryLedger.MAX_COUNTED + 1));

        Unsettled owed = unsettled(claim).stream()
                .filter(one -> one.user().equals(bob))
                .findAny()
                .orElseThrow();
        assertEquals(DeliveryLedger.MAX_COUNTED, owed.messages());
        assertEquals(owed.last(), requireNonNull(owed.lastMessage()).sequence());
    }

    private List<Draft> messages(String name, int count) {
        return IntStream.range(0, count)
                .<Draft>mapToObj(i -> send(alice, name + i))
                .toList();
    }

    @Test
    @DisplayName("DL-4 his own leaving is not owed to who left, his removal is")
    void leavingAndRemoval() {
        open(alice, bob, carol);
        Claim claim = claimed(here, channel);
        acknowledge(receipt(bob, 1, 0), receipt(carol, 1, 0));
        added(leave(bob, bob));
        added(expel(dave, carol));

        assertEquals(
                List.of(new Unsettled(alice, 2, 3, 0, null, false), new Unsettled(carol, 2, 3, 0, null, false)),
                unsettled(claim));
    }

    @Test
    @DisplayName("DL-4 pages of what is unsettled are exact, by user id")
    void pagesOfUnsettled() {
        UserId[] people = Stream.of("b", "Z", "_", "a", "A", "~", "0")
                .map(name -> user("u" + name))
                .toArray(UserId[]::new);
        open(people);
        added(send(people[3], "hello"));
        acknowledge(receipt(people[5], 2, 0));
        Claim claim = claimed(here, channel);

        List<UserId> expected = Stream.of("0", "A", "Z", "_", "a", "b")
                .map(name -> user("u" + name))
                .toList();
        assertEquals(expected, users(unsettled(claim)));
        for (int limit : List.of(1, 2, 3, 5, 6, 7)) {
            List<UserId> found = new ArrayList<>();
            List<Unsettled> page = here.ledger().unsettled(claim, null, limit);
            while (!page.isEmpty()) {
                assertEquals(Math.min(limit, expected.size() - found.size()), page.size());
                found.addAll(users(page));
                page = here.ledger().unsettled(claim, found.get(found.size() - 1), limit);
            }
            assertEquals(expected, found);
        }
        acknowledge(receipt(people[3], 1, 0));
        assertEquals(
                List.of(people[2], people[0]), users(here.ledger().unsettled(claim, people[1], 2)), "uZ, then u_, ub");
    }

    @Test
    @DisplayName("DL-4 a message that is deleted is owed as an event, and is no message to announce")
    void deletedMessagesAreOwed() {
        open(alice, bob);
        append(send(alice, "2"), send(alice, "3"), edit(alice, 2, "4"), delete(alice, 3));
        Claim claim = claimed(here, channel);

        assertEquals(List.of(new Unsettled(bob, 1, 5, 1, log(bob).get(1), false)), unsettled(claim));
        added(delete(alice, 2));
        assertEquals(List.of(new Unsettled(bob, 1, 6, 0, null, false)), unsettled(claim));
    }

    // ---- DL-5

    @Test
    @DisplayName("DL-5 one claim holds a channel at a time")
    void oneHolder() {
        open(alice, bob);

        Claim claim = claimed(here, channel);

        assertEquals(1, claim.from());
        assertEquals(Optional.empty(), claim(there, channel));
        assertEquals(Optional.of(claim), claim(here, channel));
    }

    @Test
    @DisplayName("DL-5 a claim whose lease ended goes to another node, with a higher fence")
    void claimsPassOn() {
        StorageUnderTest dying = node("dying", SHORT_LEASE);
        append(dying, List.of(create(channel, alice, bob)));
        Claim old = claimed(dying, channel);

        Claim now = claimed(there, channel);

        assertTrue(now.fence() > old.fence(), () -> old + " then " + now);
        assertEquals(old.from(), now.from());
        assertEquals(Optional.empty(), claim(dying, channel));
        assertEquals(Optional.empty(), claim(here, channel));
    }

    @Test
    @DisplayName("DL-5 a channel that owes again after it was settled has a higher fence")
    void fencesOutliveSettling() {
        open(alice, bob);
        Claim first = claimed(here, channel);
        acknowledge(receipt(bob, 1, 0));
        assertEquals(Set.of(channel), here.ledger().settle(List.of(first)));
        assertEquals(Optional.empty(), claim(here, channel));
        assertEquals(Optional.empty(), claim(there, channel));

        append(there, List.of(send(alice, "news")));

        assertTrue(claimed(there, channel).fence() > first.fence());
    }

    @Test
    @DisplayName("DL-5 nodes that race for claims share the channels out")
    void nodesThatRace() {
        StorageUnderTest dying = node("dying", SHORT_LEASE);
        Set<ChannelId> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            ids.add(ChannelId.random());
        }
        append(dying, ids.stream().map(id -> create(id, alice, bob)).toList());
        List<StorageUnderTest> nodes = List.of(here, there, node("third", LONG_LEASE));

        List<Set<ChannelId>> held = together(nodes.stream()
                .<Callable<Set<ChannelId>>>map(node -> () -> claimedOf(node, ids))
                .toList());
        eventually("every channel is claimed", () -> {
            for (int i = 0; i < nodes.size(); i++) {
                held.get(i).addAll(claimedOf(nodes.get(i), ids));
            }
            return held.stream().mapToInt(Set::size).sum() >= ids.size();
        });

        assertEquals(ids.size(), held.stream().mapToInt(Set::size).sum(), "none is held twice");
        Set<ChannelId> all = new HashSet<>();
        held.forEach(all::addAll);
        assertEquals(ids, all);
    }

    @Test
    @DisplayName("DL-5 what owes longest is claimed first, and no more than asked for")
    void oldestFirst() {
        node("hoarder", LONG_LEASE).ledger().claim(ALL);
        StorageUnderTest dying = node("dying", SHORT_LEASE);
        List<ChannelId> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(ChannelId.random());
            append(dying, List.of(create(ids.get(i), alice, bob)));
        }

        AtomicReference<List<Claim>> claims = new AtomicReference<>(List.of());
        eventually("the oldest two are claimed", () -> {
            claims.set(here.ledger().claim(2));
            return claims.get().size() == 2;
        });

        assertEquals(
                ids.subList(0, 2), claims.get().stream().map(Claim::channel).toList());
        assertEquals(List.of(), here.ledger().claim(0));
    }

    // ---- DL-6

    @Test
    @DisplayName("DL-6 an end that comes under an old fence settles nothing")
    void endsUnderAnOldFence() {
        StorageUnderTest dying = node("dying", SHORT_LEASE);
        append(dying, List.of(create(channel, alice, bob)));
        Claim old = claimed(dying, channel);
        Claim now = claimed(here, channel);

        dying.ledger().end(List.of(new Settlement(old, bob, 1, End.PUSHED)));

        assertEquals(List.of(new Unsettled(bob, 1, 1, 0, null, false)), unsettled(now));
    }

    @Test
    @DisplayName("DL-6 ends under old fences change nothing, and those beside them count")
    void someEndsUnderOldFences() {
        StorageUnderTest dying = node("dying", SHORT_LEASE);
        append(dying, List.of(create(channel, alice, bob)));
        Claim old = claimed(dying, channel);
        Claim now = claimed(here, channel);
        ChannelId other = ChannelId.random();
        added(create(other, alice, bob));
        Claim held = claimed(here, other);

        here.ledger().end(List.of(new Settlement(held, bob, 1, End.PUSHED), new Settlement(old, bob, 1, End.PUSHED)));
        assertEquals(List.of(), unsettled(held));
        assertEquals(List.of(new Unsettled(bob, 1, 1, 0, null, false)), unsettled(now));

        here.ledger().end(List.of(new Settlement(old, bob, 1, End.PUSHED), new Settlement(now, bob, 1, End.PUSHED)));
        assertEquals(List.of(), unsettled(now));
    }

    @Test
    @DisplayName("DL-6 settling under an old fence lets go of nothing")
    void settlingUnderAnOldFence() {
        StorageUnderTest dying = node("dying", SHORT_LEASE);
        append(dying, List.of(create(channel, alice, bob)));
        Claim old = claimed(dying, channel);
        Claim now = claimed(here, channel);
        acknowledge(receipt(bob, 1, 0));

        assertEquals(Set.of(), dying.ledger().settle(List.of(old)));
        assertEquals(Optional.of(now), claim(here, channel));
        assertEquals(Set.of(channel), here.ledger().settle(List.of(now)));
    }

    @Test
    @DisplayName("DL-6 a fence from before a settling is old")
    void fencesFromBeforeSettling() {
        open(alice, bob);
        Claim old = claimed(here, channel);
        acknowledge(receipt(bob, 1, 0));
        here.ledger().settle(List.of(old));
        Event news = added(send(alice, "news"));
        Claim now = claimed(here, channel);

        end(old, bob, 2, End.PUSHED);
        assertEquals(Set.of(), here.ledger().settle(List.of(old)));

        assertEquals(List.of(new Unsettled(bob, 2, 2, 1, news, false)), unsettled(now));
    }

    @Test
    @DisplayName("DL-5 a claim knows how far its channel was, whoever brought it there")
    void claimKnowsTheLastSequence() {
        open(alice, bob);
        assertEquals(1, claimed(here, channel).last());
        append(send(alice, "2"));
        assertEquals(2, claimed(here, channel).last());
    }

    // ---- DL-7

    @Test
    @DisplayName("DL-7 a channel is let go of when nothing is unsettled in it, and only then")
    void settledWhenNothingIsOwed() {
        open(alice, bob, carol);
        ChannelId other = ChannelId.random();
        added(create(other, alice, bob));
        Claim claim = claimed(here, channel);
        Claim claimOfOther = claimed(here, other);

        assertEquals(Set.of(), here.ledger().settle(List.of(claim, claimOfOther)));
        acknowledge(receipt(bob, 1, 0), new Receipt(bob, other, 1, 0));
        assertEquals(Set.of(other), here.ledger().settle(List.of(claim, claimOfOther)));
        assertEquals(Optional.empty(), claim(there, channel));
        end(claim, carol, 1, End.MUTED);
        assertEquals(Set.of(channel), here.ledger().settle(List.of(claim)));
        assertEquals(Set.of(), here.ledger().settle(List.of(claim, claimOfOther)));
        assertEquals(Set.of(), here.ledger().settle(List.of()));
    }

    @Test
    @DisplayName("DL-7 what was appended since the claim keeps the channel owing")
    void appendedSinceTheClaim() {
        open(alice, bob);
        Claim claim = claimed(here, channel);
        acknowledge(receipt(bob, 1, 0));
        Event news = added(send(alice, "news"));

        assertEquals(Set.of(), here.ledger().settle(List.of(claim)));
        assertEquals(List.of(new Unsettled(bob, 2, 2, 1, news, false)), unsettled(claim));
        acknowledge(receipt(bob, 2, 0));
        assertEquals(Set.of(channel), here.ledger().settle(List.of(claim)));
    }

    @Test
    @DisplayName("DL-7 a channel owes as long as a former participant does not have his last events")
    void formerParticipantsAreOwed() {
        open(alice, bob);
        Claim claim = claimed(here, channel);
        append(send(alice, "2"), new Leave(channel, dave, now(), bob, true));
        acknowledge(receipt(alice, 3, 0), receipt(bob, 2, 0));

        assertEquals(Set.of(), here.ledger().settle(List.of(claim)));
        acknowledge(receipt(bob, 3, 0));
        assertEquals(Set.of(channel), here.ledger().settle(List.of(claim)));
    }

    @Test
    @DisplayName("DL-7 an append and a settling that race never lose what is owed")
    void appendAndSettleRace() {
        open(alice, bob);
        for (int sequence = 2; sequence <= 41; sequence++) {
            acknowledge(receipt(bob, sequence - 1, 0));
            List<Claim> claims = claim(here, channel).stream().toList();

            together(List.<Callable<Object>>of(
                    () -> event(appendOne(here, send(alice, "news"))),
                    () -> here.ledger().settle(claims)));

            Claim now = claim(here, channel).orElseThrow();
            assertEquals(List.of(bob), users(unsettled(now)));
            assertEquals(sequence, unsettled(now).get(0).first());
            assertTrue(now.from() <= sequence);
        }
        acknowledge(receipt(bob, 41, 0));
        assertEquals(Set.of(channel), here.ledger().settle(List.of(claimed(here, channel))));
    }

    // ---- DL-8

    @Test
    @DisplayName("DL-8 the end of a holder's lease counts as an attempt, until a holder settles")
    void attemptsCount() {
        StorageUnderTest dying = node("dying", SHORT_LEASE);
        StorageUnderTest dyingToo = node("dying too", SHORT_LEASE);
        append(dying, List.of(create(channel, alice, bob)));
        assertEquals(0, claimed(dying, channel).attempts());

        assertEquals(1, claimed(dyingToo, channel).attempts());
        Claim claim = claimed(here, channel);
        assertEquals(2, claim.attempts());
        assertEquals(2, claimed(here, channel).attempts());

        assertEquals(Set.of(), here.ledger().settle(List.of(claim)));
        assertEquals(0, claimed(here, channel).attempts());
    }

    // ---- DL-9

    @Test
    @DisplayName("DL-9 what is handed over is free at once, whether it was claimed or not")
    void handedOver() {
        open(alice, bob);
        claimed(here, channel);
        ChannelId other = ChannelId.random();
        append(create(other, alice, bob));

        here.ledger().handOver();

        assertEquals(Set.of(channel, other), claimedOf(there, Set.of(channel, other)));
        assertEquals(0, claim(there, channel).orElseThrow().attempts(), "handing over is no attempt");
    }

    @Test
    @DisplayName("DL-9 a claim of before the handing over is worth nothing")
    void claimsOfBeforeHandingOver() {
        open(alice, bob);
        Claim old = claimed(here, channel);
        here.ledger().handOver();

        end(old, bob, 1, End.PUSHED);
        assertEquals(Set.of(), here.ledger().settle(List.of(old)));

        Claim now = claimed(there, channel);
        assertTrue(now.fence() > old.fence(), () -> old + " then " + now);
        assertEquals(
                List.of(new Unsettled(bob, 1, 1, 0, null, false)),
                there.ledger().unsettled(now, null, ALL));
    }

    @Test
    @DisplayName("DL-9 what others hold stays theirs")
    void handingOverTouchesNoOthers() {
        open(alice, bob);
        Claim claim = claimed(here, channel);

        there.ledger().handOver();

        assertEquals(Optional.empty(), claim(there, channel));
        assertEquals(Optional.of(claim), claim(here, channel));
    }

    // ---- DL-10

    @Test
    @DisplayName("DL-10 it tells how long its claims hold")
    void toldLease() {
        assertEquals(LONG_LEASE, here.ledger().lease());
        assertEquals(SHORT_LEASE, node("dying", SHORT_LEASE).ledger().lease());
    }

    // ---- DL-11

    @Test
    @DisplayName("DL-11 who has muted a channel is owed as before, and told as muted")
    void mutedIsTold() {
        open(alice, bob, carol);
        here.channels().mute(bob, channel, Channel.FOR_EVER);
        Event news = added(send(alice, "2"));
        Claim claim = claimed(here, channel);

        assertEquals(
                List.of(new Unsettled(bob, 1, 2, 1, news, true), new Unsettled(carol, 1, 2, 1, news, false)),
                unsettled(claim));
        here.channels().mute(bob, channel, null);
        here.channels().mute(carol, channel, Instant.parse("2199-07-01T10:00:00Z"));
        assertEquals(
                List.of(new Unsettled(bob, 1, 2, 1, news, false), new Unsettled(carol, 1, 2, 1, news, true)),
                unsettled(claim));
    }

    @Test
    @DisplayName("DL-11 a mute of another channel, or one that is over, says nothing")
    void mutesSayNothingElse() {
        open(alice, bob);
        ChannelId other = ChannelId.random();
        added(create(other, alice, bob));
        here.channels().mute(bob, other, Channel.FOR_EVER);
        here.channels().mute(bob, channel, Instant.EPOCH);

        assertEquals(List.of(new Unsettled(bob, 1, 1, 0, null, false)), unsettled(claimed(here, channel)));
    }

    // ---- DL-12

    @Test
    @DisplayName("DL-12 the receipt with which he has read what was announced says so, once")
    void overtakingIsToldOnce() {
        open(alice, bob);
        chatter(alice, 5);
        Claim claim = claimed(here, channel);
        end(claim, bob, 4, End.PUSHED);

        assertFalse(overtakes(here, receipt(bob, 4, 0)));
        assertFalse(overtakes(here, receipt(bob, 4, 3)));
        assertTrue(overtakes(there, receipt(bob, 0, 4)));
        assertFalse(overtakes(here, receipt(bob, 0, 5)));
    }

    @Test
    @DisplayName("DL-12 each announcement is read once more")
    void eachAnnouncementIsOvertaken() {
        open(alice, bob, carol);
        chatter(alice, 5);
        Claim claim = claimed(here, channel);
        end(claim, bob, 2, End.PUSHED);
        assertTrue(overtakes(here, receipt(bob, 0, 3)));
        end(claim, bob, 5, End.PUSHED);

        assertFalse(overtakes(here, receipt(bob, 0, 4)));
        assertFalse(overtakes(here, receipt(carol, 0, 6)));
        assertTrue(overtakes(here, receipt(bob, 0, 6)));
    }

    @Test
    @DisplayName("DL-12 what ended otherwise was not announced, and hides nothing that was")
    void otherEndsAreNotOvertaken() {
        open(alice, bob, carol);
        chatter(alice, 5);
        Claim claim = claimed(here, channel);
        end(claim, bob, 2, End.NO_DEVICE);
        end(claim, carol, 2, End.PUSHED);
        end(claim, carol, 4, End.LEFT_TO_SYNC);
        end(claim, carol, 5, End.MUTED);

        assertFalse(overtakes(here, receipt(bob, 0, 6)));
        assertFalse(overtakes(here, receipt(carol, 0, 1)));
        assertTrue(overtakes(here, receipt(carol, 0, 2)));
    }

    @Test
    @DisplayName("DL-12 another end that is noted with an announcement does not hide it either")
    void endsThatAreNotedTogetherHideNothing() {
        open(alice, bob);
        chatter(alice, 5);
        Claim claim = claimed(here, channel);

        here.ledger().end(List.of(new Settlement(claim, bob, 5, End.MUTED), new Settlement(claim, bob, 3, End.PUSHED)));

        assertFalse(overtakes(here, receipt(bob, 0, 2)));
        assertTrue(overtakes(here, receipt(bob, 0, 3)));
    }

    // ---- What the tests share

    /** Claims, and waits for it as long as another node's lease may take to end. */
    static Claim claimed(StorageUnderTest node, ChannelId channel) {
        AtomicReference<Claim> claim = new AtomicReference<>();
        eventually("a claim of " + channel, () -> {
            claim(node, channel).ifPresent(claim::set);
            return claim.get() != null;
        });
        return claim.get();
    }

    private static Optional<Claim> claim(StorageUnderTest node, ChannelId channel) {
        return node.ledger().claim(ALL).stream()
                .filter(claim -> claim.channel().equals(channel))
                .findAny();
    }

    private static Set<ChannelId> claimedOf(StorageUnderTest node, Set<ChannelId> ids) {
        Set<ChannelId> claimed = new HashSet<>();
        node.ledger().claim(ALL).stream()
                .map(Claim::channel)
                .filter(ids::contains)
                .forEach(claimed::add);
        return claimed;
    }

    private Receipt receipt(UserId user, long delivered, long read) {
        return new Receipt(user, channel, delivered, read);
    }

    private Marks marks(UserId user, long delivered, long read) {
        return new Marks(channel, user, delivered, read);
    }

    private List<Marks> acknowledge(Receipt... receipts) {
        return here.ledger().acknowledge(List.of(receipts)).stream()
                .map(Moved::marks)
                .toList();
    }

    /** Whether a receipt tells that what was announced is read now. */
    private boolean overtakes(StorageUnderTest node, Receipt receipt) {
        return node.ledger().acknowledge(List.of(receipt)).get(0).overtakes();
    }

    private List<Unsettled> unsettled(Claim claim) {
        return here.ledger().unsettled(claim, null, ALL);
    }

    private void end(Claim claim, UserId user, long upTo, End end) {
        here.ledger().end(List.of(new Settlement(claim, user, upTo, end)));
    }

    private static List<UserId> users(List<Unsettled> unsettled) {
        return unsettled.stream().map(Unsettled::user).toList();
    }

    private static List<Long> numbers(Unsettled unsettled) {
        return List.of(unsettled.first(), unsettled.last(), (long) unsettled.messages());
    }

    private List<UserId> participants(ChannelId of) {
        return here.channels().participants(of, alice, null, 100).orElseThrow().items().stream()
                .map(Participant::user)
                .toList();
    }

    private void assertParticipant(UserId user, long delivered, long read) {
        Participant found = there.channels().participants(channel, alice, null, 100).orElseThrow().items().stream()
                .filter(participant -> participant.user().equals(user))
                .findAny()
                .orElseThrow();
        assertEquals(List.of(delivered, read), List.of(found.delivered(), found.read()));
    }
}
