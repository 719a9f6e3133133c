package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.Event;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.Moved;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.Draft;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.Frame;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.SocketRouter;
import io.touchline.core.port.UnavailableException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Delivering in one thread: lanes work at once, and a pass is made when the test says so. */
class SettlingTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final ChannelId CHANNEL = new ChannelId("c1");
    private static final Duration BRIEF = Duration.ofMillis(10);
    private static final Duration TIMEOUT = Duration.ofMillis(20);
    private static final int ATTEMPTS = 20;

    private final InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());
    private final InMemoryPresenceRegistry presence = new InMemoryPresenceRegistry(Clock.systemUTC());
    private final NodeRef node = NodeRef.at("http://node:1");
    private final List<Long> forwarded = new ArrayList<>();
    private final List<Long> pushed = new ArrayList<>();
    private final List<RuntimeException> defects = new ArrayList<>();
    private final List<String> rejected = new ArrayList<>();
    private final NodeRef laptops = NodeRef.at("http://laptops:1");
    private final Set<NodeRef> cut = new HashSet<>();
    private final Map<NodeRef, Set<UserId>> resynced = new HashMap<>();
    private final List<NodeRef> left = new ArrayList<>();
    private boolean unreachable;
    private boolean tokenDead;
    private boolean stumbling;
    private ChannelId unwritable;

    @BeforeEach
    void connect() {
        presence.heartbeat(node, Duration.ofMinutes(1));
    }

    /** Reaches both nodes of the test, each as long as it is not cut off. */
    private final class Router implements SocketRouter {
        @Override
        public String name() {
            return "api";
        }

        @Override
        public ForwardResult forward(NodeRef to, List<Delivery> deliveries) {
            return take(to, deliveries);
        }

        @Override
        public ForwardResult resync(NodeRef to, Collection<UserId> users) {
            if (cut.contains(to)) {
                return new Unreachable("cut off");
            }
            resynced.put(to, Set.copyOf(users));
            return new Forwarded(Set.of(), List.of());
        }

        @Override
        public ForwardResult revoke(NodeRef to, Map<UserId, Instant> revocations) {
            return take(to, List.of());
        }

        @Override
        public void leave(NodeRef to) {
            left.add(to);
        }
    }

    private ForwardResult take(NodeRef to, List<Delivery> deliveries) {
        if (unreachable || cut.contains(to)) {
            return new Unreachable("cut off");
        }
        deliveries.stream()
                .filter(delivery -> delivery.receivers().contains(BOB))
                .forEach(delivery ->
                        forwarded.add(Long.valueOf(new String(delivery.frame().bytes(), StandardCharsets.UTF_8))));
        return new Forwarded(Set.of(), List.of());
    }

    private Frame encode(Event event) {
        if (event.channel().equals(unwritable)) {
            throw new IllegalArgumentException("no way to write it");
        }
        return encode(event.sequence());
    }

    private Frame encode(long sequence) {
        if (stumbling) {
            throw new UnavailableException("away", null);
        }
        return new Frame(Long.toString(sequence).getBytes(StandardCharsets.UTF_8));
    }

    /** One process that delivers. */
    private final class Process {
        private final Debts debts;
        private final FanOut fanOut;
        private final Announcing announcing;
        private final Settling settling;

        Process(Duration receiptTimeout, DeviceStore devices) {
            this(receiptTimeout, devices, storage.ledger(), presence);
        }

        Process(Duration receiptTimeout, DeviceStore devices, DeliveryLedger ledger, PresenceRegistry presence) {
            SocketRouter router = new Router();
            Delivering.Ports ports = new Delivering.Ports(
                    storage.messages(),
                    storage.channels(),
                    ledger,
                    devices,
                    presence,
                    router,
                    announcements -> announcements.stream()
                            .<PushResult>map(announcement -> {
                                pushed.add(announcement.sequence());
                                return tokenDead ? new PushResult.Unregistered() : new PushResult.Accepted();
                            })
                            .toList(),
                    SettlingTest.this::encode);
            ChatObserver observer = new ChatObserver() {
                @Override
                public void defect(RuntimeException failure) {
                    defects.add(failure);
                }

                @Override
                public void rejected(ChannelId channel, UserId user, long sequence, String reason) {
                    rejected.add(user + " " + sequence);
                }
            };
            debts = new Debts(receiptTimeout);
            Acknowledging receipts = new Acknowledging(
                    ports.ledger(),
                    user -> {},
                    moved -> debts.moved(moved.stream().map(Moved::marks).toList()),
                    observer,
                    Runnable::run);
            announcing = new Announcing(ports, debts, observer, false, Runnable::run);
            fanOut = new FanOut(ports, debts, observer, receipts, announcing::gathering, Runnable::run);
            settling = new Settling(
                    ports,
                    new Delivering.Policy(receiptTimeout, Duration.ZERO, false, 0),
                    debts,
                    fanOut,
                    announcing,
                    observer);
        }

        void append(Draft draft) {
            fanOut.deliver((Appended)
                    storage.messages().append(List.of(draft), Duration.ZERO).get(0));
        }

        void makeChannel() {
            append(new Draft.Create(CHANNEL, ALICE, Instant.EPOCH, null, List.of(ALICE, BOB)));
        }

        void send(String id) {
            append(new Draft.Send(CHANNEL, ALICE, Instant.EPOCH, "hello", id, false));
        }

        void pass() {
            settling.pass();
            announcing.noteEnds();
        }
    }

    /** The same port, where something happens before a method. */
    private static <P> P before(Class<P> port, P sound, String method, Runnable what) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (self, called, given) -> {
            if (called.getName().equals(method)) {
                what.run();
            }
            return called.invoke(sound, given);
        }));
    }

    /** The ledger of the same node, whose claims are to be renewed as often as that. */
    private DeliveryLedger briefly() {
        return storage.node("local", BRIEF.multipliedBy(4)).ledger();
    }

    private static void let(Duration pass) {
        for (long end = System.nanoTime() + pass.toNanos(); System.nanoTime() - end < 0; ) {
            Thread.onSpinWait();
        }
    }

    private void registerPhone() {
        storage.devices().register(new Device(BOB, "phone", Platform.ANDROID, "token"));
    }

    @Test
    void announcesToTheConnectedOnlyAfterASecondTryHoweverLateItLooks() {
        registerPhone();
        presence.register(node, List.of(BOB));
        Process process = new Process(TIMEOUT, storage.devices());
        process.makeChannel();
        process.send("m1");
        let(TIMEOUT.multipliedBy(3)); // as when the store was away

        process.pass();

        assertThat(forwarded).containsExactly(1L, 2L, 1L, 2L);
        assertThat(pushed).isEmpty();

        let(TIMEOUT.multipliedBy(2));
        process.pass();

        assertThat(forwarded).hasSize(4);
        assertThat(pushed).containsExactly(2L);
    }

    @Test
    void announcesTheNextMessageThoughADeadDeviceCouldNotBeForgotten() {
        registerPhone();
        tokenDead = true;
        IllegalStateException defect = new IllegalStateException("of the device store");
        Process process = new Process(TIMEOUT, unableToForget(defect));
        process.makeChannel();
        process.send("m1");
        process.pass();
        assertThat(pushed).containsExactly(2L);

        tokenDead = false;
        process.send("m2");
        let(Duration.ofSeconds(1)); // which folds
        process.pass();

        assertThat(pushed).containsExactly(2L, 3L);
        assertThat(defects).containsExactly(defect);
    }

    private DeviceStore unableToForget(RuntimeException defect) {
        return new DeviceStore() {
            @Override
            public void register(Device device) {
                storage.devices().register(device);
            }

            @Override
            public void remove(UserId user, String device) {
                storage.devices().remove(user, device);
            }

            @Override
            public Map<UserId, List<Device>> devices(Collection<UserId> users) {
                return storage.devices().devices(users);
            }

            @Override
            public void forget(Collection<Device> dead) {
                throw defect;
            }
        };
    }

    @Test
    void bringsAgainWhatANodeMissedThoughItTookALaterEvent() {
        presence.register(node, List.of(BOB));
        Process process = new Process(Duration.ZERO, storage.devices());
        process.makeChannel();
        unreachable = true;
        process.send("m1");
        unreachable = false;
        process.send("m2");
        assertThat(forwarded).containsExactly(1L, 3L);

        process.pass();

        assertThat(forwarded).containsExactly(1L, 3L, 1L, 2L, 3L);
    }

    @Test
    void bringsWhatDidNotEvenGoOutAtTheNextLook() {
        presence.register(node, List.of(BOB));
        Process process = new Process(Duration.ofMinutes(1), storage.devices());
        process.makeChannel();
        stumbling = true;
        process.send("m1");
        stumbling = false;
        assertThat(forwarded).containsExactly(1L);

        process.debts.lookNow(CHANNEL);
        process.pass();

        assertThat(forwarded).containsExactly(1L, 1L, 2L);
    }

    @Test
    void hasTheCutOffDeviceCatchUpThoughTheOtherOneHasSettledTheEvent() {
        presence.heartbeat(laptops, Duration.ofMinutes(1));
        presence.register(node, List.of(BOB));
        presence.register(laptops, List.of(BOB));
        Process process = new Process(Duration.ofMinutes(1), storage.devices());
        process.makeChannel();
        cut.add(laptops);
        process.send("m1");
        storage.ledger().acknowledge(List.of(new Receipt(BOB, CHANNEL, 2, 0)));
        process.debts.lookNow(CHANNEL);
        process.pass();
        assertThat(storage.ledger().claim(10)).isEmpty();

        process.fanOut.nodes().askForReceipts(Duration.ZERO);
        assertThat(resynced).isEmpty();
        cut.clear();
        process.fanOut.nodes().askForReceipts(Duration.ZERO);

        assertThat(resynced).containsExactly(Map.entry(laptops, Set.of(BOB)));
        resynced.clear();
        process.fanOut.nodes().askForReceipts(Duration.ZERO);
        assertThat(resynced).isEmpty();
    }

    @Test
    void takesNobodyForOfflineWhoseNodeIsCutOff() {
        registerPhone();
        presence.register(laptops, List.of(BOB));
        presence.heartbeat(laptops, Duration.ofMinutes(1));
        Process process = new Process(TIMEOUT, storage.devices());
        cut.add(laptops);
        process.makeChannel();
        process.send("m1");
        for (int i = 0; i < 4; i++) {
            let(TIMEOUT.multipliedBy(2));
            process.debts.lookNow(CHANNEL);
            process.pass();
        }

        assertThat(pushed).isEmpty();
    }

    @Test
    void takesLeaveOfTheNodesThatHaveEverything() {
        presence.heartbeat(laptops, Duration.ofMinutes(1));
        presence.register(node, List.of(BOB));
        presence.register(laptops, List.of(BOB));
        Process process = new Process(Duration.ofMinutes(1), storage.devices());
        cut.add(laptops);
        process.makeChannel();

        process.fanOut.nodes().leave();

        assertThat(left).containsExactly(node);
    }

    @Test
    void endsAsRejectedWhatCostItsHoldersTheirLives() {
        presence.register(node, List.of(BOB));
        new Process(Duration.ofMinutes(1), storage.devices()).makeChannel();
        for (int i = 0; i <= 21; i++) {
            storage.node("dead " + i, Duration.ofNanos(1)).ledger().claim(10);
        }

        Process process = new Process(Duration.ofMinutes(1), storage.devices());
        process.pass(); // claims it
        process.pass();

        assertThat(rejected).containsExactly("bob 1");
        assertThat(storage.ledger().unsettled(storage.ledger().claim(10).get(0), null, 10))
                .isEmpty();
    }

    @Test
    void anEventThatCannotBeWrittenHoldsUpNoOther() {
        ChannelId other = new ChannelId("c2");
        presence.register(node, List.of(BOB));
        Process process = new Process(Duration.ofMinutes(1), storage.devices());
        process.makeChannel();
        process.append(new Draft.Create(other, ALICE, Instant.EPOCH, null, List.of(ALICE, BOB)));
        storage.messages().append(List.of(new Draft.Send(other, ALICE, Instant.EPOCH, "x", "x", false)), Duration.ZERO);
        forwarded.clear();
        unwritable = CHANNEL;

        for (int i = 0; i < 3; i++) {
            process.debts.lookNow(CHANNEL);
            process.debts.get(CHANNEL).lost();
            process.debts.get(other).lost();
            process.debts.lookNow(other);
            process.pass();
        }

        assertThat(defects).isNotEmpty();
        assertThat(forwarded).contains(2L);
    }

    @Test
    void aChannelWhoseLooksTimeOutHoldsUpNoOtherAndEndsAsRejected() {
        ChannelId other = new ChannelId("c2");
        presence.register(node, List.of(BOB));
        Process[] process = new Process[1];
        DeliveryLedger ledger = timingOut(
                (channel, limit) -> channel.equals(CHANNEL) && debt(process[0]).stumbles() < ATTEMPTS);
        process[0] = new Process(Duration.ofMinutes(1), storage.devices(), ledger, presence);
        process[0].makeChannel();
        process[0].append(new Draft.Create(other, ALICE, Instant.EPOCH, null, List.of(ALICE, BOB)));

        for (int i = 0; i <= ATTEMPTS + 1; i++) {
            assertThat(rejected).isEmpty();
            process[0].debts.lookNow(CHANNEL);
            process[0].debts.get(other).lost();
            process[0].debts.lookNow(other);
            forwarded.clear();
            process[0].pass();
            assertThat(forwarded).containsExactly(1L); // of the other one
        }

        assertThat(rejected).containsExactly("bob 1");
        assertThat(defects).isEmpty();
    }

    @Test
    void aChannelIsNotGivenUpBecauseTheStoreAnswersNoLookAtAll() {
        presence.register(node, List.of(BOB));
        Process process =
                new Process(Duration.ofMinutes(1), storage.devices(), timingOut((channel, limit) -> true), presence);
        process.makeChannel();

        for (int i = 0; i < 2 * ATTEMPTS; i++) {
            process.debts.lookNow(CHANNEL);
            process.pass();
        }

        assertThat(debt(process).stumbles()).isZero();
        assertThat(rejected).isEmpty();
    }

    @Test
    void aChannelThatIsTooMuchAtOnceIsLookedAtInSmallerParts() {
        presence.register(node, List.of(BOB));
        Process[] process = new Process[1];
        DeliveryLedger ledger = timingOut((channel, limit) -> channel.equals(CHANNEL) && limit > 100);
        process[0] = new Process(TIMEOUT, storage.devices(), ledger, presence);
        process[0].makeChannel();
        process[0].append(new Draft.Create(new ChannelId("c2"), ALICE, Instant.EPOCH, null, List.of(ALICE, BOB)));
        debt(process[0]).lost();
        forwarded.clear();

        for (int i = 0; i < 5; i++) {
            process[0].debts.lookNow(CHANNEL);
            process[0].debts.lookNow(new ChannelId("c2"));
            process[0].pass();
        }

        assertThat(debt(process[0]).stumbles()).isZero();
        assertThat(forwarded).isNotEmpty();
    }

    @Test
    void aLargeChannelIsLookedAtAPageAPass() {
        List<UserId> members = new ArrayList<>(List.of(ALICE));
        IntStream.range(0, 1_200).mapToObj(i -> new UserId("member" + i)).forEach(members::add);
        List<Integer> pages = new ArrayList<>();
        DeliveryLedger ledger = timingOut((channel, limit) -> !pages.add(limit));
        Process process = new Process(Duration.ofMinutes(1), storage.devices(), ledger, presence);
        storage.messages()
                .append(List.of(new Draft.Create(CHANNEL, ALICE, Instant.EPOCH, null, members)), Duration.ZERO);
        process.pass(); // claims it
        Claim claim = storage.ledger().claim(10).get(0);

        for (int left : new int[] {700, 200, 0}) {
            pages.clear();
            process.pass();
            assertThat(pages).hasSize(1);
            assertThat(storage.ledger().unsettled(claim, null, 2_000)).hasSize(left);
        }
    }

    private static Debt debt(Process process) {
        return Objects.requireNonNull(process.debts.get(CHANNEL));
    }

    /** The ledger of the same node, which does not answer in time what is owed in a channel, to so many users. */
    private DeliveryLedger timingOut(BiPredicate<ChannelId, Integer> when) {
        DeliveryLedger sound = storage.ledger();
        return (DeliveryLedger) Proxy.newProxyInstance(
                DeliveryLedger.class.getClassLoader(), new Class<?>[] {DeliveryLedger.class}, (self, called, given) -> {
                    if (called.getName().equals("unsettled")
                            && when.test(((Claim) given[0]).channel(), (Integer) given[2])) {
                        throw new UnavailableException("not in time", null);
                    }
                    return called.invoke(sound, given);
                });
    }

    @Test
    void renewsItsClaimsHoweverLongAPassLasts() {
        List<String> steps = new ArrayList<>();
        DeliveryLedger ledger = before(DeliveryLedger.class, briefly(), "claim", () -> steps.add("claim"));
        PresenceRegistry hanging = before(PresenceRegistry.class, presence, "locate", () -> {
            steps.add("locate");
            let(BRIEF);
        });
        for (String name : List.of("c1", "c2", "c3")) {
            storage.messages()
                    .append(
                            List.of(new Draft.Create(
                                    new ChannelId(name), ALICE, Instant.EPOCH, null, List.of(ALICE, BOB))),
                            Duration.ZERO);
        }
        Process process = new Process(Duration.ofMinutes(1), storage.devices(), ledger, hanging);
        process.pass(); // claims them
        steps.clear();

        process.pass();

        assertThat(steps).doesNotContainSequence("locate", "locate").contains("locate");
    }

    @Test
    void bringsWhatDidNotGoOutThoughItsReceiverWasWaitedForBefore() {
        presence.register(node, List.of(BOB));
        Process process = new Process(Duration.ofMinutes(1), storage.devices());
        process.makeChannel();
        process.debts.lookNow(CHANNEL);
        process.pass(); // waits for his receipt
        storage.ledger().acknowledge(List.of(new Receipt(BOB, CHANNEL, 1, 0)));
        stumbling = true;
        process.send("m1");
        stumbling = false;
        assertThat(forwarded).containsExactly(1L);

        process.debts.lookNow(CHANNEL);
        process.pass();

        assertThat(forwarded).containsExactly(1L, 2L);
    }

    @Test
    void bringsWhatAnotherNodeDidNotBring() {
        presence.register(node, List.of(BOB));
        Process process = new Process(TIMEOUT, storage.devices());
        process.makeChannel();
        process.debts.lookNow(CHANNEL);
        process.pass(); // waits for his receipt
        forwarded.clear();
        storage.ledger().acknowledge(List.of(new Receipt(BOB, CHANNEL, 1, 0)));
        let(TIMEOUT.multipliedBy(3));
        storage.messages()
                .append(List.of(new Draft.Send(CHANNEL, ALICE, Instant.EPOCH, "hello", "m1", false)), Duration.ZERO);

        process.debts.lookNow(CHANNEL);
        process.pass();
        assertThat(forwarded).isEmpty(); // it may be on its way

        process.debts.lookNow(CHANNEL);
        process.pass();
        assertThat(forwarded).containsExactly(2L);
    }

    @Test
    void settlesWhatMovedBeforeItWasClaimed() {
        Process process = new Process(Duration.ofMinutes(1), storage.devices(), briefly(), presence);
        InMemoryStorage other = storage.node("other", Duration.ofMinutes(1));
        other.messages()
                .append(
                        List.of(new Draft.Create(CHANNEL, ALICE, Instant.EPOCH, null, List.of(ALICE, BOB))),
                        Duration.ZERO);
        other.ledger().claim(10);
        process.send("m1");
        process.debts.moved(other.ledger().acknowledge(List.of(new Receipt(BOB, CHANNEL, 2, 0))).stream()
                .map(Moved::marks)
                .toList());
        process.pass();
        other.ledger().handOver();

        for (int i = 0; i < 500 && process.debts.get(CHANNEL) != null; i++) { // once it has fallen quiet
            let(Duration.ofMillis(10));
            process.pass();
        }

        assertThat(storage.ledger().claim(10)).isEmpty();
    }

    @Test
    void forgetsNothingOfAChannelThatIsPassedOverForAMoment() {
        Process process = new Process(Duration.ofMinutes(1), storage.devices());
        process.makeChannel();
        Debt debt = process.debts.get(CHANNEL);
        let(Duration.ofNanos(1));
        long now = System.nanoTime();

        process.debts.adopt(Map.of(), now, true);
        process.debts.adopt(Map.of(), now + Duration.ofMillis(1_999).toNanos(), true);
        assertThat(process.debts.get(CHANNEL)).isSameAs(debt);

        process.debts.adopt(Map.of(), now + Duration.ofSeconds(2).toNanos(), true);
        assertThat(process.debts.get(CHANNEL)).isNull();
    }

    @Test
    void keepsALaneAsLongAsTheRegistryKnowsItsNode() {
        NodeLane lane = new NodeLane(node, new Router(), Runnable::run, () -> Map.of(), (batch, result) -> {});
        let(Duration.ofNanos(1));
        long before = System.nanoTime();
        assertThat(lane.isUnknownSince(before)).isTrue();

        lane.known();

        assertThat(lane.isUnknownSince(before)).isFalse();
    }

    @Test
    void waitsShortAgainOnceAChannelOwedNothing() {
        Process process = new Process(Duration.ofMinutes(1), storage.devices());
        process.makeChannel();
        Debt debt = Objects.requireNonNull(process.debts.get(CHANNEL));
        for (int i = 0; i < 10; i++) {
            process.debts.backOff(debt);
        }
        storage.ledger().acknowledge(List.of(new Receipt(BOB, CHANNEL, 1, 0)));

        process.debts.lookNow(CHANNEL);
        process.pass();

        assertThat(process.debts.backOff(debt)).isLessThanOrEqualTo(Duration.ofMillis(500));
    }
}
