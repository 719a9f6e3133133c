package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.Marks;
import io.touchline.core.model.Push;
import io.touchline.core.model.UserId;
import io.touchline.core.model.Withdrawal;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger.Moved;
import io.touchline.core.port.Draft;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.Frame;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.testkit.ForwardingRouter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Withdrawing in one thread, when the test lets it work. */
class WithdrawingTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final ChannelId ONE = new ChannelId("c1");
    private static final ChannelId TWO = new ChannelId("c2");

    private final InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());
    private final Queue<Runnable> work = new ArrayDeque<>();
    private final List<Push> pushed = new ArrayList<>();
    private final List<RuntimeException> defects = new ArrayList<>();
    private boolean held;
    private RuntimeException failure;
    private final Withdrawing withdrawing = withdrawing();

    private Withdrawing withdrawing() {
        Delivering.Ports ports = new Delivering.Ports(
                storage.messages(),
                storage.channels(),
                storage.ledger(),
                storage.devices(),
                new InMemoryPresenceRegistry(Clock.systemUTC()),
                ForwardingRouter.of((node, deliveries) -> new Unreachable("there are none")),
                this::push,
                event -> new Frame(new byte[0]));
        ChatObserver observer = new ChatObserver() {
            @Override
            public void defect(RuntimeException what) {
                defects.add(what);
            }
        };
        return new Withdrawing(ports, () -> held, observer, work::add);
    }

    private List<PushResult> push(List<? extends Push> pushes) {
        if (failure != null) {
            throw failure;
        }
        pushed.addAll(pushes);
        return pushes.stream()
                .<PushResult>map(push -> new PushResult.RetryLater(Duration.ZERO, "busy"))
                .toList();
    }

    @Test
    void tellsEveryDeviceButABrowserOnce() {
        Device phone = device("phone", Platform.ANDROID);
        Device tablet = device("tablet", Platform.IOS);
        device("laptop", Platform.WEB);

        read(ONE, 7, true);
        assertThat(pushed).isEmpty();
        run();

        assertThat(pushed)
                .containsExactlyInAnyOrder(new Withdrawal(phone, ONE, 7, 0), new Withdrawal(tablet, ONE, 7, 0));
    }

    @Test
    void whatWaitsGoesTogetherAndTheSameOnlyOnce() {
        Device phone = device("phone", Platform.ANDROID);
        read(ONE, 7, true);
        read(TWO, 3, true);
        read(ONE, 9, true);

        run();

        assertThat(pushed)
                .containsExactlyInAnyOrder(new Withdrawal(phone, ONE, 9, 0), new Withdrawal(phone, TWO, 3, 0));
    }

    @Test
    void tellsWhatIsStillUnread() {
        Device phone = device("phone", Platform.ANDROID);
        append(new Draft.Create(TWO, ALICE, Instant.EPOCH, null, List.of(ALICE, BOB)));
        append(new Draft.Send(TWO, ALICE, Instant.EPOCH, "hello", "m1", false));

        read(ONE, 7, true);
        run();

        assertThat(pushed).containsExactly(new Withdrawal(phone, ONE, 7, 1));
    }

    @Test
    void whoWasToldNothingIsToldNothing() {
        device("phone", Platform.ANDROID);

        read(ONE, 7, false);

        assertThat(work).isEmpty();
    }

    @Test
    void whoHasNoDeviceIsToldNothing() {
        read(ONE, 7, true);
        run();

        assertThat(pushed).isEmpty();
        assertThat(defects).isEmpty();
    }

    @Test
    void nothingGoesWhileThePushServiceTakesNothing() {
        device("phone", Platform.ANDROID);
        held = true;
        read(ONE, 7, true);
        run();
        held = false;
        read(TWO, 3, false);
        run();

        assertThat(pushed).isEmpty();
    }

    @Test
    void aFailureIsNoDefectUnlessItIs() {
        device("phone", Platform.ANDROID);
        failure = new UnavailableException("away", null);
        read(ONE, 7, true);
        run();
        assertThat(defects).isEmpty();

        failure = new IllegalStateException("a defect");
        read(ONE, 8, true);
        run();
        assertThat(defects).containsExactly(failure);
        assertThat(pushed).isEmpty();
    }

    private void read(ChannelId channel, long sequence, boolean overtakes) {
        withdrawing.read(List.of(new Moved(new Marks(channel, BOB, sequence, sequence), overtakes)));
    }

    private void run() {
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            next.run();
        }
    }

    private Device device(String id, Platform platform) {
        Device device = new Device(BOB, id, platform, "token of " + id);
        storage.devices().register(device);
        return device;
    }

    private void append(Draft draft) {
        storage.messages().append(List.of(draft), Duration.ZERO);
    }
}
