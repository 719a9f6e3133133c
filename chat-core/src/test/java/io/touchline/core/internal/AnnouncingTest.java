package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.Push;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.Settlement;
import io.touchline.core.port.DeliveryLedger.Unsettled;
import io.touchline.core.port.Draft;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.Frame;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Accepted;
import io.touchline.core.port.PushResult.Misconfigured;
import io.touchline.core.port.PushResult.Rejected;
import io.touchline.core.port.PushResult.RetryLater;
import io.touchline.core.port.PushResult.Unregistered;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.testkit.ForwardingRouter;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Announcing in one thread, on a clock that the test moves. */
class AnnouncingTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final ChannelId CHANNEL = new ChannelId("c1");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration NANO = Duration.ofNanos(1);

    private boolean held = true;
    private final InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());
    private final SetTime time = new SetTime();
    private final Map<String, PushResult> answers = new HashMap<>();
    private final List<String> pushed = new ArrayList<>();
    private final List<Integer> badges = new ArrayList<>();
    private final List<String> observed = new ArrayList<>();
    private Consumer<Collection<Settlement>> beforeEnds = ends -> {};
    private PushResult answer = new Accepted();
    private Announcing announcing = announcing(Runnable::run);

    private Announcing announcing(Executor workers) {
        Delivering.Ports ports = new Delivering.Ports(
                storage.messages(),
                storage.channels(),
                ledger(),
                storage.devices(),
                new InMemoryPresenceRegistry(Clock.systemUTC()),
                ForwardingRouter.of((node, deliveries) -> new Unreachable("there are none")),
                announcements -> announcements.stream().map(this::push).toList(),
                event -> new Frame(new byte[0]));
        return new Announcing(ports, new Debts(SECOND), new Observer(), false, workers, time);
    }

    private DeliveryLedger ledger() {
        return (DeliveryLedger) Proxy.newProxyInstance(
                AnnouncingTest.class.getClassLoader(), new Class<?>[] {DeliveryLedger.class}, (self, method, given) -> {
                    if (method.getName().equals("end")) {
                        beforeEnds.accept(((Collection<?>) given[0])
                                .stream().map(Settlement.class::cast).toList());
                    }
                    return method.invoke(storage.ledger(), given);
                });
    }

    private PushResult push(Push push) {
        pushed.add(push.device().token() + " " + push.sequence());
        badges.add(push.badge());
        return answers.getOrDefault(push.device().token(), answer);
    }

    private final class Observer implements ChatObserver {
        @Override
        public void pushesHeld(Duration wait) {
            observed.add("held " + wait);
        }

        @Override
        public void deadTokensDoubted() {
            observed.add("doubted");
        }

        @Override
        public void deadTokensBelieved() {
            observed.add("believed");
        }

        @Override
        public void rejected(ChannelId channel, UserId user, long sequence, String reason) {
            observed.add("rejected " + user + " " + sequence + " " + reason);
        }

        @Override
        public void storeAway(UnavailableException cause) {
            observed.add("away " + cause.getMessage());
        }

        @Override
        public void defect(RuntimeException failure) {
            observed.add("defect " + failure);
        }
    }

    @Test
    void announcesOnceToEveryDevice() {
        register(BOB, "phone", "tablet");
        send("m1", BOB);

        look();
        pass(MINUTE);

        assertThat(pushed).containsExactlyInAnyOrder("phone 2", "tablet 2");
        assertThat(owed()).isEmpty();
    }

    @Test
    void tellsWhatIsUnreadInAllChannels() {
        register(BOB, "phone");
        ChannelId other = new ChannelId("c2");
        append(new Draft.Create(other, ALICE, Instant.EPOCH, null, List.of(ALICE, BOB)));
        append(new Draft.Send(other, ALICE, Instant.EPOCH, "hello", "m1", false));
        append(new Draft.Send(other, ALICE, Instant.EPOCH, "hello", "m2", false));
        storage.ledger().acknowledge(List.of(new Receipt(BOB, other, 0, 2)));
        send("m1", BOB);

        look();

        assertThat(pushed).containsExactlyInAnyOrder("phone 2", "phone 3");
        assertThat(badges).containsExactly(2, 2);
    }

    @Test
    void whoMutedTheChannelIsLeftInPeace() {
        register(BOB, "phone");
        send("m1", BOB);
        storage.channels().mute(BOB, CHANNEL, Channel.FOR_EVER);

        look();

        assertThat(pushed).isEmpty();
        assertThat(owed()).isEmpty();
        assertThat(storage.channels()
                        .deliveries(CHANNEL, 2, ALICE, null, 10)
                        .orElseThrow()
                        .items())
                .extracting(DeliveryState::reason)
                .containsExactly(DeliveryState.Reason.MUTED);

        storage.channels().mute(BOB, CHANNEL, null);
        send("m2", BOB);
        pass(MINUTE);
        assertThat(pushed).containsExactly("phone 3");
    }

    @Test
    void aMessageThatIsDeletedBeforehandIsNotAnnounced() {
        register(BOB, "phone");
        send("m1", BOB);
        append(new Draft.Delete(CHANNEL, ALICE, Instant.EPOCH, 2, false));

        look();

        assertThat(pushed).isEmpty();
        assertThat(owed()).isEmpty();
    }

    @Test
    void announcesUpToTheMessageAndLeavesItsEditToSync() {
        register(BOB, "phone");
        send("m1", BOB);
        append(new Draft.Edit(CHANNEL, ALICE, Instant.EPOCH, 2, "good day"));

        look();

        assertThat(pushed).containsExactly("phone 2");
        assertThat(owed()).isEmpty();
        assertThat(storage.ledger()
                        .acknowledge(List.of(new Receipt(BOB, CHANNEL, 0, 2)))
                        .get(0)
                        .overtakes())
                .isTrue();
    }

    @Test
    void waitsAsLongAsAskedAndDoubleTheNextTime() {
        register(BOB, "phone");
        answer = new RetryLater(Duration.ofSeconds(2), "over quota");
        send("m1", BOB);
        look();

        pass(Duration.ofSeconds(2).minus(NANO));
        assertThat(pushed).hasSize(1);
        pass(Duration.ofMillis(501)); // a quarter more for jitter
        assertThat(pushed).hasSize(2);

        pass(Duration.ofSeconds(4).minus(NANO));
        assertThat(pushed).hasSize(2);
        answer = new Accepted();
        pass(Duration.ofMillis(1_001));
        pass(MINUTE);

        assertThat(pushed).containsExactly("phone 2", "phone 2", "phone 2");
        assertThat(owed()).isEmpty();
        assertThat(observed).isEmpty();
    }

    @Test
    void waitsFiveMinutesAtMostUnlessMoreIsAsked() {
        register(BOB, "phone");
        answer = new RetryLater(Duration.ofSeconds(10), "away");
        send("m1", BOB);
        look();
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofSeconds(375));
        }
        assertThat(pushed).hasSize(21);

        answer = new RetryLater(Duration.ofHours(1), "for long");
        pass(Duration.ofSeconds(375));
        pass(Duration.ofHours(1).minus(NANO));
        assertThat(pushed).hasSize(22);
        pass(Duration.ofMinutes(16));
        assertThat(pushed).hasSize(23);
    }

    @Test
    void asksForASecondAtLeast() {
        register(BOB, "phone");
        answer = new RetryLater(Duration.ZERO, "at once");
        send("m1", BOB);
        look();

        pass(SECOND.minus(NANO));

        assertThat(pushed).hasSize(1);
    }

    @Test
    void gathersLongerWhileThereIsAlwaysMore() {
        register(BOB, "phone");
        List<Integer> at = new ArrayList<>();
        for (int tenths = 0; tenths < 400; tenths++) {
            send("m" + tenths, BOB);
            look();
            if (at.size() < pushed.size()) {
                at.add(tenths);
            }
            time.pass(SECOND.dividedBy(10));
        }
        List<Integer> gaps = IntStream.range(1, at.size())
                .mapToObj(i -> at.get(i) - at.get(i - 1))
                .toList();
        assertThat(gaps).startsWith(10).endsWith(50, 50, 50).allMatch(gap -> gap >= 10 && gap <= 60);
        assertThat(gaps.get(1)).isLessThanOrEqualTo(30); // a second, and up to two: it doubles
        assertThat(gaps.get(2)).isLessThanOrEqualTo(50);

        int before = pushed.size();
        time.pass(Duration.ofSeconds(11)); // and nothing comes
        look();
        time.pass(Duration.ofSeconds(11));
        send("later", BOB);
        look();
        send("soon after", BOB);
        pass(SECOND);

        assertThat(pushed).hasSize(before + 3);
        assertThat(owed()).isEmpty();
    }

    @Test
    void whoSharesAChannelThatIsAlwaysTalkedInIsLookedAfterTogether() {
        register(BOB, "phone");
        UserId other = users(1).get(0);
        List<Integer> together = new ArrayList<>();
        for (int tenths = 1; tenths <= 300; tenths++) {
            send("m" + tenths, BOB, other);
            if (tenths <= 5) { // he is there until then
                storage.ledger().acknowledge(List.of(new Receipt(other, CHANNEL, Integer.MAX_VALUE, 0)));
            }
            pushed.clear();
            look();
            if (tenths > 200 && !pushed.isEmpty()) {
                together.add(pushed.size());
            }
            time.pass(SECOND.dividedBy(10));
        }

        assertThat(together).containsExactly(2, 2);
    }

    @Test
    void whatTheStoreDoesNotTakeIsNotedWhenItIsBack() {
        register(BOB, "phone");
        send("m1", BOB);
        beforeEnds = ends -> {
            throw new UnavailableException("the store is away", null);
        };
        look();

        assertThat(announcing.noteEnds()).isFalse();
        assertThat(announcing.isIdle()).isFalse();
        assertThat(observed).contains("away the store is away");

        beforeEnds = ends -> {};
        assertThat(announcing.noteEnds()).isTrue();
        assertThat(owed()).isEmpty();
        assertThat(pushed).hasSize(1);
    }

    @Test
    void oneEndThatCannotBeNotedHoldsUpNoOther() {
        register(BOB, "phone");
        UserId other = users(1).get(0);
        send("m1", BOB, other);
        beforeEnds = ends -> {
            if (ends.stream().anyMatch(end -> end.user().equals(BOB))) {
                throw new IllegalStateException("of the store");
            }
        };

        look();

        assertThat(owed()).containsExactly(BOB);
        assertThat(observed).containsExactly("defect java.lang.IllegalStateException: of the store");
    }

    @Test
    void asManyEndsAsThereAreAreNotedAtOnce() {
        List<UserId> users = users(1_500);
        List<Integer> sizes = new ArrayList<>();
        beforeEnds = ends -> sizes.add(ends.size());
        send("m1", users.toArray(UserId[]::new));

        Claim claim = storage.ledger().claim(1).get(0);
        announcing.announce(claim, storage.ledger().unsettled(claim, null, 2_000), () -> held);

        assertThat(announcing.noteEnds()).isTrue();
        assertThat(sizes).containsExactly(1_000, 500);
        assertThat(owed()).isEmpty();
    }

    @Test
    void whileADeviceIsTriedAgainNothingIsGatheredLongerForTheOthers() {
        register(BOB, "phone", "tablet");
        answers.put("tablet", new RetryLater(SECOND, "busy"));
        send("m1", BOB);
        look();
        pass(Duration.ofMillis(1_250));
        pass(Duration.ofMillis(2_500));

        send("m2", BOB);
        pass(SECOND);

        assertThat(pushed).contains("phone 3");
    }

    @Test
    void whoHasNoDeviceIsNotLookedAfterForEachMessage() {
        send("m1", BOB);
        assertThat(announcing.gathering(CHANNEL, BOB)).isZero();
        look();
        assertThat(owed()).isEmpty();
        assertThat(announcing.gathering(CHANNEL, BOB)).isEqualTo(SECOND);

        send("m2", BOB);
        look();
        assertThat(owed()).containsExactly(BOB);

        pass(SECOND);
        assertThat(owed()).isEmpty();
    }

    @Test
    void aDeviceThatMustWaitHoldsUpNoOther() {
        register(BOB, "phone", "tablet");
        answers.put("tablet", new RetryLater(MINUTE, "over its quota"));
        send("m1", BOB);
        look();
        send("m2", BOB);
        pass(SECOND);

        assertThat(pushed).containsExactlyInAnyOrder("phone 2", "tablet 2", "phone 3");
        assertThat(owed()).containsExactly(BOB);

        answers.clear();
        pass(Duration.ofSeconds(75));
        pass(MINUTE);

        assertThat(pushed).containsExactlyInAnyOrder("phone 2", "tablet 2", "phone 3", "tablet 3");
        assertThat(owed()).isEmpty();
    }

    @Test
    void aDeadTokenIsForgottenAndEndsTheDelivery() {
        register(BOB, "phone");
        answer = new Unregistered();
        send("m1", BOB);

        look();

        assertThat(devices(BOB)).isZero();
        assertThat(owed()).isEmpty();
    }

    @Test
    void aRefusalForGoodEndsTheDeliveryAndLeavesTheToken() {
        register(BOB, "phone");
        answer = new Rejected("malformed");
        send("m1", BOB);

        look();
        pass(MINUTE);

        assertThat(pushed).containsExactly("phone 2");
        assertThat(observed).containsExactly("rejected bob 2 malformed");
        assertThat(devices(BOB)).isOne();
        assertThat(owed()).isEmpty();
    }

    @Test
    void aRefusalForGoodIsFinalThoughAnotherDeviceMustWait() {
        register(BOB, "phone", "tablet");
        answers.put("phone", new Rejected("malformed"));
        answers.put("tablet", new RetryLater(SECOND, "away"));
        send("m1", BOB);
        look();
        answers.put("tablet", new Unregistered());

        pass(SECOND.multipliedBy(2));

        assertThat(pushed).containsExactlyInAnyOrder("phone 2", "tablet 2", "tablet 2");
        assertThat(observed).containsExactly("rejected bob 2 malformed");
        assertThat(owed()).isEmpty();
    }

    @Test
    void overQuotaEverybodyWaitsAndThenOneProbesForAll() {
        List<UserId> users = users(40);
        answer = new RetryLater(MINUTE, "over quota");
        send("m1", users.toArray(UserId[]::new));

        look();
        assertThat(pushed).hasSize(PushBreaker.USERS);
        assertThat(observed).containsExactly("held PT1M");
        pass(MINUTE.minus(NANO));
        assertThat(pushed).hasSize(5);
        assertThat(owed()).hasSize(40);

        pass(NANO);
        assertThat(pushed).hasSize(6);
        pass(MINUTE.minus(NANO));
        assertThat(pushed).hasSize(6);

        answer = new Accepted();
        pass(NANO);
        pass(Duration.ofMinutes(5));
        assertThat(pushed).hasSize(40 + 6);
        assertThat(owed()).isEmpty();
        assertThat(observed).containsExactly("held PT1M");
    }

    @Test
    void withRefusedCredentialsNothingIsLost() {
        List<UserId> users = users(40);
        answer = new Misconfigured("401");
        send("m1", users.toArray(UserId[]::new));
        look();
        for (int i = 0; i < 60; i++) {
            pass(MINUTE);
        }

        assertThat(owed()).hasSize(40);
        assertThat(devices(users.toArray(UserId[]::new))).isEqualTo(40);
        assertThat(pushed).hasSizeLessThanOrEqualTo(5 + 60);

        answer = new Accepted();
        pass(MINUTE);
        pass(Duration.ofSeconds(375));
        assertThat(owed()).isEmpty();
        assertThat(devices(users.toArray(UserId[]::new))).isEqualTo(40);
    }

    @Test
    void whileEverybodyWaitsDeliveriesWithoutADeviceEnd() {
        List<UserId> users = users(10);
        answer = new RetryLater(MINUTE, "over quota");
        send("m1", Stream.concat(users.stream(), Stream.of(BOB)).toArray(UserId[]::new));

        look();

        assertThat(owed()).containsExactlyInAnyOrderElementsOf(users);
    }

    @Test
    void whatHasQueuedWhenEverybodyMustWaitIsKeptBackToo() {
        Queue<Runnable> lanes = new ArrayDeque<>();
        announcing = announcing(lanes::add);
        List<UserId> users = users(200);
        answer = new RetryLater(MINUTE, "over quota");
        send("m1", users.toArray(UserId[]::new));
        look();
        assertThat(lanes).hasSize(4);

        run(lanes);

        assertThat(pushed).hasSizeBetween(5, 100); // the first lane's
        assertThat(owed()).hasSize(200);

        answer = new Accepted();
        for (int i = 0; i < 4; i++) {
            pass(MINUTE);
            run(lanes);
        }
        assertThat(owed()).isEmpty();
    }

    @Test
    void oneUsersManyDevicesOverTheirQuotaHoldUpNobodyElse() {
        register(BOB, IntStream.range(0, 20).mapToObj(i -> "bob-" + i).toArray(String[]::new));
        IntStream.range(0, 20).forEach(i -> answers.put("bob-" + i, new RetryLater(MINUTE, "over its quota")));
        List<UserId> users = users(40);
        send("m1", Stream.concat(Stream.of(BOB), users.stream()).toArray(UserId[]::new));

        look();

        assertThat(owed()).containsExactly(BOB);
        assertThat(observed).isEmpty();
    }

    @Test
    void aBurstOfDeadTokensStopsTheForgettingAndNothingEnds() {
        UserId[] users = users(200).toArray(UserId[]::new);
        answer = new Unregistered();
        send("m1", users);
        look();

        assertThat(devices(users)).isEqualTo(200 - DeadTokens.MOST);
        assertThat(owed()).hasSize(200 - DeadTokens.MOST);
        assertThat(observed).containsExactly("doubted");

        pass(MINUTE.minus(NANO));
        assertThat(pushed).hasSize(200);
        pass(Duration.ofSeconds(15).plus(NANO));
        assertThat(pushed).hasSize(200 + 150);
        assertThat(devices(users)).isEqualTo(150);
        assertThat(observed).containsExactly("doubted");

        answer = new Accepted();
        pass(Duration.ofSeconds(150));
        assertThat(owed()).isEmpty();
        assertThat(devices(users)).isEqualTo(150);
        assertThat(observed).containsExactly("doubted", "believed");

        answers.put("token-of-user-199", new Unregistered());
        send("m2", users);
        pass(SECOND);
        assertThat(devices(users)).isEqualTo(149);
        assertThat(owed()).isEmpty();
    }

    @Test
    void keepsBackWhatAnotherNodeMayBeAnnouncingByNow() {
        UserId[] users = users(1).toArray(UserId[]::new);
        held = false; // as for a process that stood still for longer than its lease
        send("m1", users);
        pass(SECOND);
        assertThat(pushed).isEmpty();
        assertThat(owed()).containsExactly(users);

        held = true;
        pass(SECOND.plus(NANO));
        assertThat(pushed).hasSize(1);
        assertThat(owed()).isEmpty();
    }

    /** Time goes by, and the channel is looked at. */
    private void pass(Duration duration) {
        time.pass(duration);
        announcing.tidy();
        look();
    }

    private void look() {
        for (Claim claim : storage.ledger().claim(10)) {
            announcing.announce(claim, storage.ledger().unsettled(claim, null, 1_000), () -> held);
        }
        announcing.noteEnds();
    }

    private List<UserId> owed() {
        return storage.ledger().claim(10).stream()
                .flatMap(claim -> storage.ledger().unsettled(claim, null, 1_000).stream())
                .map(Unsettled::user)
                .toList();
    }

    private static void run(Queue<Runnable> lanes) {
        for (Runnable lane = lanes.poll(); lane != null; lane = lanes.poll()) {
            lane.run();
        }
    }

    private List<UserId> users(int many) {
        List<UserId> users =
                IntStream.range(0, many).mapToObj(i -> new UserId("user-" + i)).toList();
        users.forEach(user -> register(user, "token-of-" + user));
        return users;
    }

    private void register(UserId user, String... tokens) {
        for (String token : tokens) {
            storage.devices().register(new Device(user, token, Platform.ANDROID, token));
        }
    }

    private int devices(UserId... users) {
        return storage.devices().devices(List.of(users)).values().stream()
                .mapToInt(List::size)
                .sum();
    }

    private void send(String id, UserId... to) {
        if (id.equals("m1")) {
            List<UserId> all = Stream.concat(Stream.of(ALICE), Stream.of(to)).toList();
            append(new Draft.Create(CHANNEL, ALICE, Instant.EPOCH, null, all));
        }
        append(new Draft.Send(CHANNEL, ALICE, Instant.EPOCH, "hello", id, false));
    }

    private void append(Draft draft) {
        storage.messages().append(List.of(draft), Duration.ZERO);
    }
}
