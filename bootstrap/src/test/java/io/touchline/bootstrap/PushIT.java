package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.adapter.fcm.FcmAnswer;
import io.touchline.adapter.fcm.FcmServer;
import io.touchline.adapter.fcm.FcmServer.Shown;
import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Database;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import io.touchline.bootstrap.harness.Turns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * FCM away, over quota, or refusing our credentials: nothing is lost, nothing is announced twice, nobody waits who need
 * not. The nodes are this test's own, since what FCM says to one user may concern all, and so
 * is the FCM-speaking server.
 */
@Order(Turns.MOSTLY_WAITING)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PushIT {
    private static final Database DATABASE = Backends.newDatabase();
    private static final FcmServer FCM = FcmServer.start();
    private static final Node API = new Node(Node.Kind.API, "push-api")
            .unpacked()
            .setAll(Cluster.apiProperties(DATABASE))
            .set("touchline.fcm.endpoint", FCM.endpoint().toString());
    private static final Node SOCKET =
            new Node(Node.Kind.SOCKET, "push-socket").unpacked().setAll(Cluster.socketProperties());
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String channel = "c-" + id;
    private final String bob = "bob-" + id;
    private final Rest alice = API.as("alice-" + id);

    @BeforeAll
    static void start() {
        API.set(
                "touchline.fcm.credentials",
                FCM.writeCredentials(API.directory().resolveSibling("push-account.json"))
                        .toString());
        Node.startAll(List.of(API, SOCKET));
    }

    @AfterAll
    static void stop() {
        API.close();
        SOCKET.close();
        FCM.close();
    }

    @Test
    void whatFcmCouldNotTakeIsAnnouncedOnceWhenItCan() {
        String phone = device(FcmAnswer.unavailable().retryAfter(SECOND));
        sendTo(bob);
        awaitCalls(phone, 1);

        awaitSettled();

        assertThat(shown(phone)).containsExactly(2L);
        assertThat(FCM.received(phone)).hasSize(2);
    }

    @Test
    void overQuotaADeviceIsLeftAloneForAsLongAsFcmAsks() {
        Duration asked = Duration.ofSeconds(2);
        String phone = device(FcmAnswer.quotaExceeded().retryAfter(asked));
        sendTo(bob);
        awaitCalls(phone, 1);

        awaitSettled();

        List<Long> calls = FCM.times(phone);
        assertThat(calls).hasSize(2);
        assertThat(Duration.ofNanos(calls.get(1) - calls.get(0))).isGreaterThanOrEqualTo(asked);
        assertThat(shown(phone)).containsExactly(2L);
    }

    @Test
    void refusedCredentialsRaiseTheAlarmAndLoseNothing() {
        String phone = device(FcmAnswer.error(401, "UNAUTHENTICATED"));
        sendTo(bob);
        awaitCalls(phone, 1);

        Await.until("the alarm", Await.SOON, () -> metrics().contains("result=\"Misconfigured\""));
        String alarm = "FCM refuses our credentials or settings (FCM answered 401): mend them";
        Await.until(alarm, Await.SOON, () -> API.output().contains(alarm));
        assertThat(API.output()).doesNotContain(phone);
        assertThat(metrics()).contains("touchline_push_dead_tokens_doubted 0.0");
        assertThat(rows("touchline_owed where channel = ?", channel)).isOne();
        assertThat(rows("touchline_device where id = ?", phone)).isOne();
    }

    @Test
    void aDeadTokenIsForgottenAndNothingWaitsForIt() {
        String phone = device(FcmAnswer.unregistered());
        sendTo(bob);

        awaitSettled();

        assertThat(rows("touchline_device where id = ?", phone)).isZero();
        API.as(bob).registerDevice(phone);
        alice.send(channel, "are you back?");
        awaitSettled();
        assertThat(FCM.received(phone)).hasSize(2);
        assertThat(shown(phone)).containsExactly(3L);
    }

    @Test
    void whatFcmRefusesForGoodEndsWithAReason() {
        double before = API.metric("touchline_delivery_rejected_total");
        String phone = device(FcmAnswer.senderIdMismatch());
        sendTo(bob);

        awaitSettled();

        assertThat(FCM.received(phone)).hasSize(1);
        assertThat(API.metric("touchline_delivery_rejected_total")).isEqualTo(before + 1);
        assertThat(API.output())
                .contains("Push of " + channel + " 2 to " + bob
                        + " was refused for good: FCM answered 403 SENDER_ID_MISMATCH");
        assertThat(rows("touchline_device where id = ?", phone)).isOne();
    }

    @Test
    void aDeviceThatFailedIsTriedAgainByItself() {
        String phone = device(FcmAnswer.accept());
        String tablet = device(FcmAnswer.internal().retryAfter(SECOND));
        sendTo(bob);
        awaitCalls(tablet, 1);

        awaitSettled();

        assertThat(FCM.received(phone)).hasSize(1);
        assertThat(FCM.received(tablet)).hasSize(2);
        assertThat(shown(tablet)).containsExactly(2L);
    }

    @Test
    @Order(Integer.MAX_VALUE) // its calls are still under way when it ends
    void whileFcmHangsMessagesReachWhoIsConnected() {
        List<String> offline =
                IntStream.range(0, 3).mapToObj(i -> "offline-" + i + "-" + id).toList();
        offline.forEach(user -> {
            FCM.answer(user, FcmAnswer.silence());
            API.as(user).registerDevice(user);
        });
        try (Client client = Client.of(bob, API).connect(SOCKET)) {
            sendTo(Stream.concat(Stream.of(bob), offline.stream()).toArray(String[]::new));
            offline.forEach(device -> awaitCalls(device, 1));

            for (int sequence = 3; sequence < 23; sequence++) {
                alice.send(channel, "on we go");
                client.await(channel, sequence, Duration.ofSeconds(7));
            }
        }
        assertThat(rows("touchline_owed where channel = ?", channel)).isOne();
        assertThat(offline).allSatisfy(device -> assertThat(FCM.shown(device)).isEmpty());
    }

    /** Registers a device of Bob's with a token of the same name, for which FCM answers so. */
    /** One for which FCM has that answer first. */
    private String device(FcmAnswer answer) {
        String device = "device-" + UUID.randomUUID();
        FCM.answerOnce(device, answer);
        API.as(bob).registerDevice(device);
        return device;
    }

    /** The message is the second event of a new channel. */
    private void sendTo(String... users) {
        alice.createChannel(channel, List.of(users));
        alice.send(channel, "are you there?");
    }

    private void awaitCalls(String device, int calls) {
        Await.until(
                calls + " calls for " + device,
                Await.SOON,
                () -> FCM.received(device).size() >= calls);
    }

    private void awaitSettled() {
        Await.until(
                channel + " to owe nothing", Await.SOON, () -> rows("touchline_owed where channel = ?", channel) == 0);
    }

    private List<Long> shown(String device) {
        return FCM.shown(device).stream().map(Shown::sequence).toList();
    }

    private static String metrics() {
        return Rest.plain("GET", API.managementUri().resolve("/actuator/prometheus"), "")
                .expect(200)
                .text();
    }

    private static long rows(String where, String value) {
        try (Connection connection = DATABASE.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement("select count(*) from " + where)) {
            statement.setString(1, value);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
