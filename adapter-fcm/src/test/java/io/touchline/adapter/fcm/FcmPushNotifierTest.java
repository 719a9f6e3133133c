package io.touchline.adapter.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.adapter.fcm.FcmServer.Shown;
import io.touchline.core.model.Announcement;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.UserId;
import io.touchline.core.model.Withdrawal;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Accepted;
import io.touchline.core.port.PushResult.Misconfigured;
import io.touchline.core.port.PushResult.RetryLater;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FcmPushNotifierTest {
    private static final Duration CALL = Duration.ofMillis(500);
    private static final Duration BATCH = Duration.ofSeconds(2);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @TempDir
    Path files;

    private final FcmServer server = FcmServer.start();
    private FcmConnection connection;
    private FcmPushNotifier notifier;
    private FcmPushNotifier hasty;

    @BeforeEach
    void open() {
        connection = FcmConnection.open(server.writeCredentials(files.resolve("key.json")), server.endpoint());
        notifier = patient();
        hasty = hasty(4, 100);
    }

    @AfterEach
    void close() {
        notifier.close();
        hasty.close();
        connection.close();
        server.close();
    }

    @Test
    void oneOddReplyDoesNotLoseTheOthers() {
        List<Device> devices = IntStream.range(0, 6).mapToObj(i -> device()).toList();
        server.answer(devices.get(1).token(), FcmAnswer.error(500, "A_STATUS_OF_TOMORROW"));
        server.answer(devices.get(3).token(), FcmAnswer.hangUp());

        List<PushResult> results =
                notifier.push(devices.stream().map(device -> news(device)).toList());

        assertThat(results).element(1).isInstanceOf(RetryLater.class);
        assertThat(results).element(3).isInstanceOf(RetryLater.class);
        assertThat(List.of(results.get(0), results.get(2), results.get(4), results.get(5)))
                .containsOnly(new Accepted());
    }

    static Stream<FcmAnswer> failures() {
        return Stream.of(
                FcmAnswer.unavailable(),
                FcmAnswer.unavailable().retryAfter(Duration.ZERO),
                FcmAnswer.internal(),
                FcmAnswer.quotaExceeded(),
                FcmAnswer.thirdPartyAuthError(),
                FcmAnswer.error(403, "PERMISSION_DENIED"),
                FcmAnswer.hangUp());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void nothingIsTriedTwice(FcmAnswer failure) {
        Device device = device();
        server.answer(device.token(), failure);

        notifier.push(List.of(news(device)));

        assertThat(server.received(device.token())).hasSize(1);
        assertThat(server.tokenRequests()).isEqualTo(1);
    }

    @Test
    void aSilentServerCostsTheDeadlineOfACall() {
        Device device = device();
        server.answer(device.token(), FcmAnswer.silence());
        long start = System.nanoTime();

        assertThat(hasty.push(List.of(news(device)))).containsExactly(new RetryLater(TEN_SECONDS, "no answer in time"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(CALL, BATCH);
    }

    @Test
    void aSilentTokenEndpointCostsTheDeadlineOfACall() {
        server.answerTokenRequests(FcmAnswer.silence());

        assertThat(hasty.push(List.of(news(device()), news(device()))))
                .allMatch(result ->
                        result instanceof RetryLater later && later.after().equals(TEN_SECONDS));
    }

    @Test
    void manyCallsToASilentServerCostTheDeadlineOfABatch() {
        List<Announcement> announcements =
                IntStream.range(0, 60).mapToObj(i -> silent()).toList();
        long start = System.nanoTime();

        List<PushResult> results = hasty.push(announcements);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(BATCH, BATCH.plusSeconds(2));
        assertThat(results).hasSize(60).allMatch(RetryLater.class::isInstance);
        assertThat(results).last().isEqualTo(new RetryLater(TEN_SECONDS, "no answer within the time for a batch"));
        assertThat(notifier.push(List.of(news(device())))).containsExactly(new Accepted());
    }

    @Test
    void whatFindsNoRoomInTheQueueIsToBeTriedLater() {
        try (FcmPushNotifier narrow = hasty(1, 1)) {
            assertThat(narrow.push(List.of(silent(), silent(), news(device()))))
                    .containsExactly(
                            new RetryLater(TEN_SECONDS, "no answer in time"),
                            new RetryLater(TEN_SECONDS, "no answer in time"),
                            new RetryLater(TEN_SECONDS, "too many are waiting"));
        }
    }

    @Test
    void noMoreCallsAreUnderWayThanAllowed() {
        List<Announcement> announcements = IntStream.range(0, 40)
                .mapToObj(i -> {
                    Device device = device();
                    server.answer(device.token(), FcmAnswer.accept().after(Duration.ofMillis(50)));
                    return news(device);
                })
                .toList();

        assertThat(notifier.push(announcements)).hasSize(40).containsOnly(new Accepted());
        assertThat(server.mostInFlight()).isEqualTo(4);
    }

    @Test
    void aClosedNotifierAnswersAtOnce() {
        CompletableFuture<List<PushResult>> underWay =
                CompletableFuture.supplyAsync(() -> notifier.push(List.of(silent(), silent())));

        notifier.close();

        assertThat(underWay)
                .succeedsWithin(Duration.ofSeconds(5))
                .asInstanceOf(InstanceOfAssertFactories.list(PushResult.class))
                .hasSize(2)
                .allMatch(RetryLater.class::isInstance);
        assertThat(notifier.push(List.of(news(device()))))
                .containsExactly(new RetryLater(TEN_SECONDS, "too many are waiting"));
    }

    @Test
    void anInterruptedCallerGetsItsResultsAtOnceAndStaysInterrupted() {
        List<Announcement> announcements = List.of(silent(), silent());
        Thread.currentThread().interrupt();

        List<PushResult> results = notifier.push(announcements);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(results)
                .containsExactly(
                        new RetryLater(TEN_SECONDS, "interrupted"), new RetryLater(TEN_SECONDS, "interrupted"));
    }

    @Test
    void aKeyThatGoogleDoesNotKnowIsAMisconfiguration() {
        Path foreign = ServiceAccount.generate().write(files.resolve("foreign.json"), server.tokenEndpoint());
        try (FcmConnection other = FcmConnection.open(foreign, server.endpoint());
                FcmPushNotifier refused = new FcmPushNotifier(other.messaging(), FcmSettings.defaults())) {
            assertThat(refused.push(List.of(news(device()))))
                    .containsExactly(new Misconfigured("the token endpoint answered 400"));
        }
    }

    @Test
    void aServerThatIsGoneIsToBeTriedAgain() {
        server.close();

        assertThat(notifier.push(List.of(news(device()))))
                .singleElement()
                .isInstanceOfSatisfying(
                        RetryLater.class, later -> assertThat(later.after()).isEqualTo(TEN_SECONDS));
    }

    @Test
    void aRevokedAccessTokenIsReplaced() {
        notifier.push(List.of(news(device())));
        server.revokeAccessTokens();

        assertThat(notifier.push(List.of(news(device())))).containsExactly(new Accepted());
        assertThat(server.tokenRequests()).isEqualTo(2);
    }

    @Test
    void oneAccessTokenServesManyCalls() {
        notifier.push(IntStream.range(0, 20).mapToObj(i -> news(device())).toList());

        assertThat(server.tokenRequests()).isEqualTo(1);
    }

    @Test
    void withoutTextTheTitleIsNeutral() {
        Device device = device();

        notifier.push(List.of(new Announcement(device, new ChannelId("harbour"), 7, new UserId("alice"), 1, 2, null)));
        notifier.push(List.of(new Announcement(device, new ChannelId("quay"), 9, new UserId("carol"), 3, 5, null)));

        assertThat(server.shown(device.token()))
                .containsExactly(
                        new Shown("harbour", 7, "alice", 1, "New message", null),
                        new Shown("quay", 9, "carol", 3, "3 new messages", null));
    }

    @Test
    void textIsShownUnchanged() {
        Device device = device();
        String text = "“Grüße” \\ \"quoted\"\n👋🏽 \u0001 日本";

        notifier.push(List.of(news(device, text)));

        assertThat(server.shown(device.token()))
                .singleElement()
                .extracting(Shown::body)
                .isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("longTexts")
    void longTextIsCutAtACodePointSoThatTheMessageFits(String piece) {
        String channel = "c".repeat(64);
        Device device = device();

        List<PushResult> results = notifier.push(List.of(new Announcement(
                device,
                new ChannelId(channel),
                Long.MAX_VALUE,
                new UserId("u".repeat(64)),
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                piece.repeat(16_384 / piece.length()))));

        assertThat(results).containsExactly(new Accepted());
        String body = server.shown(device.token()).get(0).body();
        assertThat(body).endsWith("…");
        String kept = body.substring(0, body.length() - 1);
        assertThat(kept).isEqualTo(piece.repeat(kept.length() / piece.length())).hasSizeGreaterThan(500);
    }

    static Stream<String> longTexts() {
        return Stream.of("x", "ü", "日", "👋", "\"", "\\", "\n", "\u0001", "\u007f");
    }

    @Test
    void repeatsReplaceThemselvesOnEveryPlatform() {
        Device device = device();

        notifier.push(List.of(new Announcement(device, new ChannelId("harbour"), 7, new UserId("alice"), 1, 2, null)));

        Map<?, ?> message = server.received(device.token()).get(0);
        assertThat(message)
                .isEqualTo(Map.of(
                        "token",
                        device.token(),
                        "data",
                        Map.of("channel", "harbour", "sequence", "7", "sender", "alice", "count", "1", "badge", "2"),
                        "notification",
                        Map.of("title", "New message"),
                        "android",
                        Map.of(
                                "priority",
                                "high",
                                "collapse_key",
                                "channel-" + Math.floorMod("harbour".hashCode(), 4),
                                "notification",
                                Map.of("tag", "harbour")),
                        "apns",
                        Map.of(
                                "headers",
                                Map.of("apns-collapse-id", "harbour", "apns-priority", "10"),
                                "payload",
                                Map.of(
                                        "aps",
                                        Map.of(
                                                "thread-id",
                                                "harbour",
                                                "sound",
                                                "default",
                                                "badge",
                                                new BigDecimal(2)))),
                        "webpush",
                        Map.of(
                                "headers", Map.of("Urgency", "high"),
                                "notification", Map.of("tag", "harbour"))));
    }

    @Test
    void aWithdrawalIsDataAloneThatWakesTheApp() {
        Device device = device();

        notifier.push(List.of(new Withdrawal(device, new ChannelId("harbour"), 7, 4)));

        assertThat(server.received(device.token()).get(0))
                .isEqualTo(Map.of(
                        "token",
                        device.token(),
                        "data",
                        Map.of("type", "read", "channel", "harbour", "sequence", "7", "badge", "4"),
                        "android",
                        Map.of("priority", "normal"),
                        "apns",
                        Map.of(
                                "headers",
                                Map.of("apns-push-type", "background", "apns-priority", "5"),
                                "payload",
                                Map.of("aps", Map.of("content-available", BigDecimal.ONE)))));
    }

    /** In no haste, so that a slow machine changes no result. */
    private FcmPushNotifier patient() {
        return notifier(4, 100, Duration.ofSeconds(20), Duration.ofSeconds(40));
    }

    private FcmPushNotifier hasty(int concurrency, int queue) {
        return notifier(concurrency, queue, CALL, BATCH);
    }

    private FcmPushNotifier notifier(int concurrency, int queue, Duration call, Duration batch) {
        return new FcmPushNotifier(
                connection.messaging(),
                new FcmSettings(concurrency, queue, call, batch, "New message", "{count} new messages"));
    }

    private Announcement silent() {
        Device device = device();
        server.answer(device.token(), FcmAnswer.silence());
        return news(device);
    }

    private static Device device() {
        String id = UUID.randomUUID().toString();
        return new Device(new UserId(id), "phone", Platform.ANDROID, "token:" + id);
    }

    private static Announcement news(Device device) {
        return news(device, null);
    }

    private static Announcement news(Device device, String text) {
        return new Announcement(device, ChannelId.random(), 1, new UserId("alice"), 1, 2, text);
    }
}
