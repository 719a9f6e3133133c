package io.touchline.core;

import static io.touchline.core.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.touchline.core.RefusedException.Reason;
import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryPushNotifier;
import io.touchline.core.inmemory.InMemorySocketRouter;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.Announcement;
import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.DeliveryState.State;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.Event;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.Presence;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.testkit.ForwardingRouter;
import io.touchline.core.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The chat over its in-memory adapters, with two chat nodes. */
class ChatTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");
    private static final ChannelId CHANNEL = new ChannelId("c1");

    private final SettableClock clock = new SettableClock();
    private final InMemoryStorage storage = new InMemoryStorage(clock);
    private final InMemoryPresenceRegistry presence = new InMemoryPresenceRegistry(clock);
    private final InMemoryPushNotifier push = new InMemoryPushNotifier();
    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final ChatNode one = node("http://one:1");
    private final ChatNode two = node("http://two:2");

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void bringsAMessageToEveryConnectionOfEverybodyAndToTheSendersOwn() {
        Chat chat = chat(ChatSettings.defaults());
        TestClient alice = connect(one, ALICE);
        TestClient bobsPhone = connect(one, BOB);
        TestClient bobsLaptop = connect(two, BOB);
        TestClient carol = connect(two, CAROL);
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB, CAROL));

        chat.send(ALICE, CHANNEL, "hello", "m1");

        for (Map.Entry<UserId, TestClient> client : List.of(
                Map.entry(ALICE, alice),
                Map.entry(BOB, bobsPhone),
                Map.entry(BOB, bobsLaptop),
                Map.entry(CAROL, carol))) {
            eventually(
                    client.getValue()::frames,
                    List.of("ready " + client.getKey(), "c1/1 ChannelCreated", "c1/2 hello"));
        }
    }

    @Test
    void bringsAMessageToALargeChannelWithoutADefect() {
        List<RuntimeException> defects = new CopyOnWriteArrayList<>();
        Chat chat = builder(ChatSettings.defaults())
                .observer(new ChatObserver() {
                    @Override
                    public void defect(RuntimeException failure) {
                        defects.add(failure);
                    }
                })
                .build();
        open.add(chat);
        TestClient alice = connect(one, ALICE);
        List<UserId> crowd =
                IntStream.range(0, 600).mapToObj(i -> new UserId("user" + i)).toList();

        chat.createChannel(ALICE, CHANNEL, null, crowd);
        eventually(alice::frames, List.of("ready alice", "c1/1 ChannelCreated"));
        chat.send(ALICE, CHANNEL, "hello", null);

        eventually(alice::frames, List.of("ready alice", "c1/1 ChannelCreated", "c1/2 hello"));
        assertThat(defects).isEmpty();
    }

    @Test
    void answersARepeatedMessageWithTheFirstAndRefusesAnotherUnderItsId() {
        Chat chat = chat(ChatSettings.defaults());
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));

        Chat.Sent first = chat.send(ALICE, CHANNEL, "hello", "m1");
        Chat.Sent again = chat.send(ALICE, CHANNEL, "hello", "m1");

        assertThat(first.repeated()).isFalse();
        assertThat(again).isEqualTo(new Chat.Sent(first.event(), true));
        assertRefused(() -> chat.send(ALICE, CHANNEL, "other", "m1"), Reason.CONFLICT, "clientMessageId");
    }

    @Test
    void announcesToEveryDeviceOfWhoIsOffline() {
        Chat chat = chat(ChatSettings.defaults());
        Device phone = device(chat, BOB, "phone");
        Device tablet = device(chat, BOB, "tablet");
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));

        chat.send(ALICE, CHANNEL, "hello", null);

        Announcement expected = new Announcement(phone, CHANNEL, 2, ALICE, 1, 1, null);
        eventually(() -> push.shown(phone), List.of(expected));
        eventually(() -> push.shown(tablet), List.of(new Announcement(tablet, CHANNEL, 2, ALICE, 1, 1, null)));
        eventually(() -> storage.ledger().claim(10), List.of());
    }

    @Test
    void tellsWhatBecameOfAMessageToWhoMayReadIt() {
        Chat chat = chat(ChatSettings.defaults());
        device(chat, BOB, "phone");
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB, CAROL));

        chat.send(ALICE, CHANNEL, "hello", null);

        eventually(
                () -> chat.delivery(ALICE, CHANNEL, 2, null, 10).items(),
                List.of(
                        new DeliveryState(BOB, State.PUSHED, null, clock.instant()),
                        new DeliveryState(CAROL, State.NONE, DeliveryState.Reason.NO_DEVICE, clock.instant())));
        assertRefused(() -> chat.delivery(ALICE, CHANNEL, 1, null, 10), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.delivery(new UserId("dave"), CHANNEL, 2, null, 10), Reason.NOT_FOUND, null);
    }

    @Test
    void carriesTheTextOnlyIfItMay() {
        Chat chat = chat(new ChatSettings(100, Duration.ofSeconds(10), Duration.ZERO, true, 0));
        Device phone = device(chat, BOB, "phone");
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));

        chat.send(ALICE, CHANNEL, "hello", null);

        eventually(() -> push.shown(phone), List.of(new Announcement(phone, CHANNEL, 2, ALICE, 1, 1, "hello")));
    }

    @Test
    void waitsForTheGraceBeforeItAnnouncesToWhoJustWentAway() {
        Chat chat = chat(ChatSettings.defaults().withPushGrace(Duration.ofMinutes(1)));
        Device phone = device(chat, BOB, "phone");
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        goAway(BOB);
        chat.send(ALICE, CHANNEL, "hello", null);
        eventually(() -> storage.ledger().claim(10).size(), 1);
        assertThat(push.shown(phone)).isEmpty();

        clock.pass(Duration.ofMinutes(1));
        chat.send(ALICE, CHANNEL, "again", null); // has the channel looked at

        eventually(() -> push.shown(phone).stream().map(Announcement::count).toList(), List.of(2));
    }

    @Test
    void bringsToTheSocketOfWhoCameBackWithinTheGrace() {
        Chat chat = chat(ChatSettings.defaults().withPushGrace(Duration.ofMinutes(1)));
        Device phone = device(chat, BOB, "phone");
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        goAway(BOB);
        chat.send(ALICE, CHANNEL, "while away", null);
        Client back = client(two, BOB);
        back.connection.receipt(
                Map.of(
                        CHANNEL,
                        chat.sync(BOB, Map.of(CHANNEL, 1L)).events().get(0).sequence()),
                Map.of());

        chat.send(ALICE, CHANNEL, "hello", null);

        eventually(() -> back.socket.frames().contains("c1/3 hello"), true);
        back.connection.receipt(Map.of(CHANNEL, 3L), Map.of());
        eventually(() -> storage.ledger().claim(10), List.of());
        assertThat(push.shown(phone)).isEmpty();
    }

    private void goAway(UserId user) {
        eventually(() -> storage.ledger().claim(10), List.of());
        client(one, user).connection.closed();
        eventually(() -> presence.locate(Set.of(user)).get(user).getClass().getSimpleName(), "Nowhere");
    }

    @Test
    void settlesByReceipts() {
        Chat chat = chat(ChatSettings.defaults());
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        eventually(() -> storage.ledger().claim(10), List.of());
        Client bob = client(one, BOB);
        chat.send(ALICE, CHANNEL, "hello", null);
        eventually(() -> bob.socket.frames().size(), 2);

        bob.connection.receipt(Map.of(CHANNEL, 2L), Map.of());

        eventually(() -> storage.ledger().claim(10), List.of());
        assertThat(chat.participants(ALICE, CHANNEL, null, 10).items().get(1).delivered())
                .isEqualTo(2);
    }

    @Test
    void takesReceiptsFromANodeThatItBroughtNothing() {
        Chat chat = chat(ChatSettings.defaults());
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        chat.send(ALICE, CHANNEL, "while away", null);
        eventually(() -> storage.ledger().claim(10), List.of());
        Client bob = client(one, BOB);

        bob.connection.receipt(Map.of(), Map.of(CHANNEL, 2L));

        eventually(() -> chat.channel(BOB, CHANNEL).read(), 2L);
    }

    @Test
    void forwardsAgainWithoutAReceiptAndThenAnnounces() {
        Chat chat = chat(ChatSettings.defaults().withReceiptTimeout(Duration.ofMillis(300)));
        Device phone = device(chat, BOB, "phone");
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        eventually(() -> storage.ledger().claim(10), List.of());
        TestClient bob = connect(one, BOB);

        chat.send(ALICE, CHANNEL, "hello", null);

        eventually(() -> push.shown(phone).size(), 1);
        assertThat(bob.frames()).containsExactly("ready bob", "c1/2 hello", "c1/2 hello");
        eventually(() -> storage.ledger().claim(10), List.of());
    }

    @Test
    void trustsTheNodesWordWhereNoReceiptsAreExpected() {
        Chat chat = chat(ChatSettings.defaults().withReceiptTimeout(Duration.ZERO));
        Device phone = device(chat, BOB, "phone");
        TestClient bob = connect(one, BOB);
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));

        chat.send(ALICE, CHANNEL, "hello", null);

        eventually(() -> storage.ledger().claim(10), List.of());
        assertThat(bob.frames()).containsExactly("ready bob", "c1/1 ChannelCreated", "c1/2 hello");
        assertThat(push.shown(phone)).isEmpty();
    }

    @Test
    void announcesToTheUsersOfADeadNodeOnceItsLeaseAndTheGraceAreOver() {
        Chat chat = chat(ChatSettings.defaults());
        Device phone = device(chat, BOB, "phone");
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        eventually(() -> storage.ledger().claim(10), List.of());
        connect(one, BOB);
        cutOff.add("http://one:1");

        chat.send(ALICE, CHANNEL, "hello", null);
        eventually(() -> storage.ledger().claim(10).size(), 1);
        assertThat(push.shown(phone)).isEmpty();

        one.close();
        clock.pass(Duration.ofSeconds(6));
        eventually(() -> push.shown(phone).size(), 1);
    }

    @Test
    void bringsWhatACutOffNodeMissedOnceItIsReachedAgain() {
        Chat chat = chat(ChatSettings.defaults());
        TestClient bob = connect(one, BOB);
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        eventually(() -> bob.frames().size(), 2);
        cutOff.add("http://one:1");
        chat.send(ALICE, CHANNEL, "hello", null);
        assertThat(bob.frames()).hasSize(2);

        cutOff.clear();

        eventually(() -> bob.frames().contains("c1/2 hello"), true);
    }

    @Test
    void triesAgainWhatThePushServiceCouldNotTakeNow() {
        Chat chat = chat(ChatSettings.defaults());
        Device phone = device(chat, BOB, "phone");
        push.answer(phone, new PushResult.RetryLater(Duration.ofMillis(50), "busy"));
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        chat.send(ALICE, CHANNEL, "hello", null);
        eventually(() -> storage.ledger().claim(10).size(), 1);

        push.answer(phone, new PushResult.Accepted());

        eventually(() -> push.shown(phone).size(), 1);
        eventually(() -> storage.ledger().claim(10), List.of());
    }

    @Test
    void forgetsADeadTokenAndHoldsNothingUpForIt() {
        Chat chat = chat(ChatSettings.defaults());
        Device dead = device(chat, BOB, "dead");
        Device phone = device(chat, BOB, "phone");
        push.answer(dead, new PushResult.Unregistered());
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));

        chat.send(ALICE, CHANNEL, "hello", null);

        eventually(() -> storage.devices().devices(Set.of(BOB)), Map.of(BOB, List.of(phone)));
        eventually(() -> storage.ledger().claim(10), List.of());
    }

    @Test
    void foldsWhatComesWhileAnAnnouncementIsFresh() {
        Chat chat = chat(ChatSettings.defaults());
        Device phone = device(chat, BOB, "phone");
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));

        for (int i = 0; i < 50; i++) {
            chat.send(ALICE, CHANNEL, "message " + i, null);
        }

        eventually(() -> push.shown(phone).stream().map(Announcement::sequence).toList(), List.of(51L));
        eventually(() -> storage.ledger().claim(10), List.of());
    }

    @Test
    void announcesSoonWhateverNodeHoldsTheChannel() {
        InMemoryStorage other = storage.node("other", Duration.ofMinutes(1));
        Chat first = chat(ChatSettings.defaults().withReceiptTimeout(Duration.ofMinutes(5)));
        Chat second = builder(ChatSettings.defaults().withReceiptTimeout(Duration.ofMinutes(5)))
                .storage(other.messages(), other.channels(), other.ledger(), other.devices(), other.users())
                .build();
        open.add(second);
        Device phone = device(first, BOB, "phone");
        connect(one, CAROL); // who never acknowledges, so that one node goes on holding the channel
        first.createChannel(ALICE, CHANNEL, null, List.of(BOB, CAROL));

        for (long sequence = 2; sequence <= 5; sequence++) {
            (sequence % 2 == 0 ? first : second).send(ALICE, CHANNEL, "message", null);
            List<Long> news = List.of(sequence);
            eventually(
                    () -> push.shown(phone).stream().map(Announcement::sequence).toList(), news);
        }
    }

    @Test
    void tellsWhoJoinsAndWhoLeavesThatItIsSo() {
        Chat chat = chat(ChatSettings.defaults());
        TestClient bob = connect(one, BOB);
        chat.createChannel(ALICE, CHANNEL, null, List.of());

        chat.addParticipant(ALICE, CHANNEL, BOB);
        chat.removeParticipant(BOB, false, CHANNEL, BOB);
        chat.send(ALICE, CHANNEL, "without bob", null);

        eventually(bob::frames, List.of("ready bob", "c1/2 ParticipantJoined", "c1/3 ParticipantLeft"));
        assertThat(chat.events(BOB, CHANNEL, 0, 100).items())
                .extracting(Event::sequence)
                .containsExactly(2L, 3L);
    }

    @Test
    void makesOneDirectChannelForTwoPeople() {
        Chat chat = chat(ChatSettings.defaults());

        Chat.Made made = chat.directChannel(ALICE, BOB);
        Chat.Made found = chat.directChannel(BOB, ALICE);

        assertThat(made.created()).isTrue();
        assertThat(found.created()).isFalse();
        assertThat(found.channel().id()).isEqualTo(made.channel().id());
        ChannelId direct = made.channel().id();
        assertRefused(() -> chat.addParticipant(ALICE, direct, CAROL), Reason.CONFLICT, null);
        assertRefused(() -> chat.directChannel(ALICE, ALICE), Reason.INVALID, "direct");
        assertRefused(() -> chat.createChannel(ALICE, direct, null, List.of()), Reason.INVALID, "id");
    }

    @Test
    void bringsEditsAndDeletionsToEverybodyAsTheyCome() {
        Chat chat = chat(ChatSettings.defaults());
        TestClient bob = connect(one, BOB);
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        chat.send(ALICE, CHANNEL, "tea?", "m1");

        Event edited = chat.edit(ALICE, CHANNEL, 2, "coffee?");
        Event deleted = chat.delete(CAROL, true, CHANNEL, 2);

        assertThat(edited.body()).isEqualTo(new Event.MessageEdited(2, "coffee?"));
        assertThat(deleted.body()).isEqualTo(new Event.MessageDeleted(2));
        assertThat(deleted.sender()).isEqualTo(CAROL);
        eventually(
                bob::frames,
                List.of("ready bob", "c1/1 ChannelCreated", "c1/2 tea?", "c1/3 MessageEdited", "c1/4 MessageDeleted"));
        assertThat(chat.delete(ALICE, false, CHANNEL, 2)).isEqualTo(deleted);
        assertThat(chat.messages(BOB, CHANNEL, 9, 9).items())
                .extracting(Event::body)
                .containsExactly(new Event.Message(null, "m1", null, true));
    }

    @Test
    void refusesChangesOfMessagesThatCannotBe() {
        Chat chat = chat(new ChatSettings(8, Duration.ofSeconds(10), Duration.ZERO, false, 0));
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        chat.send(ALICE, CHANNEL, "tea?", null);

        for (String bad : List.of("", " \n", "a\0b", "a\ud800", "123456789")) {
            assertRefused(() -> chat.edit(ALICE, CHANNEL, 2, bad), Reason.INVALID, "content");
        }
        assertRefused(() -> chat.edit(BOB, CHANNEL, 2, "mine"), Reason.FORBIDDEN, null);
        assertRefused(() -> chat.delete(BOB, false, CHANNEL, 2), Reason.FORBIDDEN, null);
        assertRefused(() -> chat.edit(ALICE, CHANNEL, 1, "x"), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.delete(ALICE, true, CHANNEL, 3), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.edit(CAROL, CHANNEL, 2, "x"), Reason.NOT_FOUND, null);
        chat.delete(ALICE, false, CHANNEL, 2);
        assertRefused(() -> chat.edit(ALICE, CHANNEL, 2, "late"), Reason.CONFLICT, null);
    }

    @Test
    void mutesUntilATimeOrForEver() {
        Chat chat = chat(ChatSettings.defaults());
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        Instant soon = clock.instant().plusSeconds(60);

        chat.mute(BOB, CHANNEL, soon);
        assertThat(chat.channel(BOB, CHANNEL).mutedUntil()).isEqualTo(soon.truncatedTo(ChronoUnit.MILLIS));
        chat.mute(BOB, CHANNEL, null);
        assertThat(chat.channel(BOB, CHANNEL).mutedUntil()).isEqualTo(Channel.FOR_EVER);
        chat.unmute(BOB, CHANNEL);
        assertThat(chat.channel(BOB, CHANNEL).mutedUntil()).isNull();

        for (Instant senseless : List.of(clock.instant(), Instant.EPOCH, Channel.FOR_EVER.plusMillis(1))) {
            assertRefused(() -> chat.mute(BOB, CHANNEL, senseless), Reason.INVALID, "until");
        }
        assertRefused(() -> chat.mute(CAROL, CHANNEL, null), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.unmute(CAROL, CHANNEL), Reason.NOT_FOUND, null);
    }

    @Test
    void takesBackFromThePhoneWhatIsReadElsewhere() {
        Chat chat = chat(ChatSettings.defaults());
        Device phone = device(chat, BOB, "phone");
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        chat.send(ALICE, CHANNEL, "hello", null);
        eventually(() -> push.shown(phone).size(), 1);
        eventually(() -> storage.ledger().claim(10), List.of());

        chat.acknowledge(List.of(new Receipt(BOB, CHANNEL, 2, 2)));

        eventually(() -> push.shown(phone), List.of());
    }

    @Test
    void refusesContentThatNoClientCouldShow() {
        Chat chat = chat(new ChatSettings(8, Duration.ofSeconds(10), Duration.ZERO, false, 0));
        chat.createChannel(ALICE, CHANNEL, null, List.of());

        for (String bad : List.of("", " \n", "a\0b", "a\ud800", "\udc00a", "123456789", "ééééé", "😀😀x")) {
            assertRefused(() -> chat.send(ALICE, CHANNEL, bad, null), Reason.INVALID, "content");
        }
        for (String good : List.of("12345678", "éééé", "😀😀", "\u2028")) {
            if (!good.isBlank()) {
                chat.send(ALICE, CHANNEL, good, null);
            }
        }
        assertThat(chat.channel(ALICE, CHANNEL).lastSequence()).isEqualTo(4);
    }

    @Test
    void hidesChannelsFromStrangers() {
        Chat chat = chat(ChatSettings.defaults());
        chat.createChannel(ALICE, CHANNEL, null, List.of());

        assertRefused(() -> chat.channel(BOB, CHANNEL), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.send(BOB, CHANNEL, "hi", null), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.events(BOB, CHANNEL, 0, 10), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.messages(BOB, CHANNEL, 10, 10), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.participants(BOB, CHANNEL, null, 10), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.rename(BOB, CHANNEL, "mine"), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.addParticipant(BOB, CHANNEL, BOB), Reason.NOT_FOUND, null);
        assertRefused(() -> chat.createChannel(BOB, CHANNEL, null, List.of()), Reason.CONFLICT, "id");
    }

    @Test
    void asksTheHostWhoExistsAndWhoMay() {
        Chat chat = builder(ChatSettings.defaults())
                .users(named -> Map.of(ALICE, "Alice"))
                .policy((actor, action, channel) -> action != io.touchline.core.port.ChannelPolicy.Action.SEND)
                .build();
        open.add(chat);
        chat.createChannel(ALICE, CHANNEL, null, List.of());

        assertRefused(() -> chat.addParticipant(ALICE, CHANNEL, BOB), Reason.INVALID, "user");
        assertRefused(() -> chat.send(ALICE, CHANNEL, "hi", null), Reason.FORBIDDEN, null);
    }

    @Test
    void tellsTheOthersInTheChannelWhoIsTyping() {
        Chat chat = chat(ChatSettings.defaults());
        TestClient alice = connect(one, ALICE);
        TestClient bob = connect(two, BOB);
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        eventually(alice::frames, List.of("ready alice", "c1/1 ChannelCreated"));

        chat.typing(BOB, CHANNEL);
        chat.typing(BOB, CHANNEL);
        eventually(alice::frames, List.of("ready alice", "c1/1 ChannelCreated", "bob types in c1"));
        chat.send(BOB, CHANNEL, "done", null);

        eventually(alice::frames, List.of("ready alice", "c1/1 ChannelCreated", "bob types in c1", "c1/2 done"));
        eventually(bob::frames, List.of("ready bob", "c1/1 ChannelCreated", "c1/2 done"));
        assertRefused(() -> chat.typing(CAROL, CHANNEL), Reason.NOT_FOUND, null);
    }

    @Test
    void tellsWhoIsThereAndWhenTheOthersWereLastSeen() {
        Chat chat = chat(ChatSettings.defaults());
        client(one, BOB);
        chat.createChannel(ALICE, CHANNEL, null, List.of(BOB));
        chat.send(ALICE, CHANNEL, "hello", null);
        chat.acknowledge(List.of(new Receipt(BOB, CHANNEL, 2, 0)));

        List<UserId> asked = List.of(CAROL, BOB, ALICE, BOB);
        eventually(
                () -> chat.presence(ALICE, asked),
                List.of(new Presence(ALICE, false, clock.instant()), new Presence(BOB, true, clock.instant())));
        assertThat(chat.presence(CAROL, asked)).containsExactly(new Presence(CAROL, false, null));
        assertRefused(() -> chat.presence(ALICE, List.of()), Reason.INVALID, "user");
        assertRefused(() -> chat.presence(ALICE, Collections.nCopies(201, BOB)), Reason.INVALID, "user");
    }

    @Test
    void tellsNobodysPresenceWhileItIsNotKnown() {
        Chat chat = chat(ChatSettings.defaults());
        presence.forget();

        assertThatThrownBy(() -> chat.presence(ALICE, List.of(ALICE))).isInstanceOf(UnavailableException.class);
    }

    @Test
    void closesConnectionsWhereverTheyAreForAnAdministrator() {
        InMemorySocketRouter router = new InMemorySocketRouter();
        router.attach("http://one:1", one);
        router.attach("http://two:2", two);
        Chat chat = builder(ChatSettings.defaults()).router(router).build();
        open.add(chat);
        TestClient phone = connect(one, ALICE);
        TestClient laptop = connect(two, ALICE);
        TestClient bob = connect(two, BOB);
        assertRefused(() -> chat.closeConnections(false, ALICE), Reason.FORBIDDEN, null);
        assertThat(chat.isRevoked(new Token(ALICE, clock.instant(), null))).isFalse();

        chat.closeConnections(true, ALICE);

        assertThat(phone.closes()).containsExactly(4403);
        assertThat(laptop.closes()).containsExactly(4403);
        assertThat(bob.closes()).isEmpty();
        assertThat(chat.isRevoked(new Token(ALICE, clock.instant(), null))).isTrue();
        assertThat(chat.isRevoked(new Token(ALICE, clock.instant().plusSeconds(1), null)))
                .isFalse();
    }

    private static void assertRefused(Runnable call, Reason reason, @org.jspecify.annotations.Nullable String field) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.field()).isEqualTo(field);
        });
    }

    private record Client(TestClient socket, Connection connection) {}

    private Client client(ChatNode node, UserId user) {
        TestClient socket = new TestClient();
        Connection connection = node.open(user, socket, null);
        eventually(() -> socket.frames().isEmpty(), false);
        return new Client(socket, connection);
    }

    private TestClient connect(ChatNode node, UserId user) {
        return client(node, user).socket;
    }

    private static Device device(Chat chat, UserId user, String id) {
        Device device = new Device(user, id, Platform.ANDROID, "token of " + user + " " + id);
        chat.registerDevice(device);
        return device;
    }

    private ChatNode node(String address) {
        ChatNode node = ChatNode.builder()
                .presence(presence)
                .frames(new TestFrames())
                .address(address)
                .settings(ChatNodeSettings.named(address))
                .build();
        node.start();
        open.add(node);
        return node;
    }

    private Chat chat(ChatSettings settings) {
        Chat chat = builder(settings).build();
        open.add(chat);
        return chat;
    }

    private ChatBuilder builder(ChatSettings settings) {
        ForwardingRouter router = (node, deliveries) -> cutOff.contains(node.address())
                ? new ForwardResult.Unreachable("cut off")
                : at(node).forward(node, deliveries);
        return Chat.builder()
                .storage(storage.messages(), storage.channels(), storage.ledger(), storage.devices(), storage.users())
                .presence(presence)
                .router(router)
                .push(push)
                .encoder(new TestFrames())
                .settings(settings)
                .clock(clock);
    }

    private ChatNode at(NodeRef node) {
        return node.address().equals("http://one:1") ? one : two;
    }
}
