package io.touchline.adapter.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.firebase.messaging.MessagingErrorCode;
import io.touchline.core.model.Announcement;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.UserId;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Accepted;
import io.touchline.core.port.PushResult.Misconfigured;
import io.touchline.core.port.PushResult.Rejected;
import io.touchline.core.port.PushResult.RetryLater;
import io.touchline.core.port.PushResult.Unregistered;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every answer of the FCM HTTP v1 API and of Google's token endpoint has the effect that
 * https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode asks for.
 */
class FcmFailuresTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** In no haste, so that a slow machine changes no result. */
    private static final FcmSettings SETTINGS = new FcmSettings(
            4, 100, Duration.ofSeconds(20), Duration.ofSeconds(40), "New message", "{count} new messages");

    private static FcmServer server;
    private static FcmConnection connection;
    private static FcmPushNotifier notifier;

    private final Device device = device();

    @BeforeAll
    static void start(@TempDir Path files) {
        server = FcmServer.start();
        connection = FcmConnection.open(server.writeCredentials(files.resolve("key.json")), server.endpoint());
        notifier = new FcmPushNotifier(connection.messaging(), SETTINGS);
    }

    @AfterAll
    static void stop() {
        notifier.close();
        connection.close();
        server.close();
    }

    @BeforeEach
    void mendTokenEndpoint() {
        server.answerTokenRequests(FcmAnswer.accept());
    }

    /** By FCM's codes, in the order of its reference. */
    static Stream<Arguments> codes() {
        FcmAnswer quota = FcmAnswer.quotaExceeded();
        FcmAnswer unavailable = FcmAnswer.unavailable();
        return Stream.of(
                answer("no error", FcmAnswer.accept(), new Accepted()),
                answer(
                        "UNSPECIFIED_ERROR",
                        FcmAnswer.error(500, "UNKNOWN", "UNSPECIFIED_ERROR"),
                        later(TEN_SECONDS, "FCM answered 500")),
                answer(
                        "INVALID_ARGUMENT, of the token or the message",
                        FcmAnswer.invalidArgument(),
                        new Rejected("FCM answered 400 INVALID_ARGUMENT")),
                answer("UNREGISTERED", FcmAnswer.unregistered(), new Unregistered()),
                answer(
                        "SENDER_ID_MISMATCH",
                        FcmAnswer.senderIdMismatch(),
                        new Rejected("FCM answered 403 SENDER_ID_MISMATCH")),
                answer("QUOTA_EXCEEDED", quota, later(MINUTE, "FCM answered 429 QUOTA_EXCEEDED")),
                answer(
                        "QUOTA_EXCEEDED, less than a minute asked",
                        quota.retryAfter(Duration.ofSeconds(33)),
                        later(Duration.ofSeconds(33), "FCM answered 429 QUOTA_EXCEEDED")),
                answer(
                        "QUOTA_EXCEEDED, more asked",
                        quota.retryAfter(Duration.ofSeconds(77)),
                        later(Duration.ofSeconds(77), "FCM answered 429 QUOTA_EXCEEDED")),
                answer(
                        "QUOTA_EXCEEDED, more than an hour asked",
                        quota.with("Retry-After", "9999999"),
                        later(Duration.ofHours(1), "FCM answered 429 QUOTA_EXCEEDED")),
                answer(
                        "QUOTA_EXCEEDED, no wait asked",
                        quota.retryAfter(Duration.ZERO),
                        later(MINUTE, "FCM answered 429 QUOTA_EXCEEDED")),
                answer(
                        "QUOTA_EXCEEDED, until a date that is past",
                        quota.with("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"),
                        later(MINUTE, "FCM answered 429 QUOTA_EXCEEDED")),
                answer(
                        "QUOTA_EXCEEDED, a number that is none",
                        quota.with("Retry-After", "99999999999999999999"),
                        later(MINUTE, "FCM answered 429 QUOTA_EXCEEDED")),
                answer(
                        "QUOTA_EXCEEDED, a date that is none",
                        quota.with("Retry-After", "tomorrow"),
                        later(MINUTE, "FCM answered 429 QUOTA_EXCEEDED")),
                answer("UNAVAILABLE", unavailable, later(TEN_SECONDS, "FCM answered 503 UNAVAILABLE")),
                answer(
                        "UNAVAILABLE, a wait asked",
                        unavailable.retryAfter(Duration.ofSeconds(44)),
                        later(Duration.ofSeconds(44), "FCM answered 503 UNAVAILABLE")),
                answer(
                        "UNAVAILABLE, no wait asked",
                        unavailable.retryAfter(Duration.ZERO),
                        later(TEN_SECONDS, "FCM answered 503 UNAVAILABLE")),
                answer("INTERNAL", FcmAnswer.internal(), later(TEN_SECONDS, "FCM answered 500 INTERNAL")),
                answer(
                        "THIRD_PARTY_AUTH_ERROR",
                        FcmAnswer.thirdPartyAuthError(),
                        new Misconfigured("FCM answered 401 THIRD_PARTY_AUTH_ERROR")),
                answer(
                        "THIRD_PARTY_AUTH_ERROR by its other name",
                        FcmAnswer.error(400, "INVALID_ARGUMENT", "APNS_AUTH_ERROR"),
                        new Misconfigured("FCM answered 400 THIRD_PARTY_AUTH_ERROR")),
                answer(
                        "a code of tomorrow",
                        FcmAnswer.error(404, "NOT_FOUND", "A_CODE_OF_TOMORROW"),
                        later(TEN_SECONDS, "FCM answered 404")));
    }

    /** By the status alone: Google's front end, and whatever else is in between, knows no FCM codes. */
    static Stream<Arguments> statuses() {
        return Stream.of(
                answer("a redirection", FcmAnswer.raw(302, ""), later(TEN_SECONDS, "FCM answered 302")),
                answer("400", FcmAnswer.error(400, "INVALID_ARGUMENT"), new Rejected("FCM answered 400")),
                answer("401", FcmAnswer.error(401, "UNAUTHENTICATED"), new Misconfigured("FCM answered 401")),
                answer(
                        "401, however fresh the access token",
                        FcmAnswer.error(401, "UNAUTHENTICATED")
                                .with("WWW-Authenticate", "Bearer realm=\"\", error=\"invalid_token\""),
                        new Misconfigured("FCM answered 401")),
                answer("403", FcmAnswer.error(403, "PERMISSION_DENIED"), new Misconfigured("FCM answered 403")),
                answer("404", FcmAnswer.error(404, "NOT_FOUND"), later(TEN_SECONDS, "FCM answered 404")),
                answer("404 of a proxy", FcmAnswer.raw(404, "<html>?"), later(TEN_SECONDS, "FCM answered 404")),
                answer("404 of few words", FcmAnswer.raw(404, ""), later(TEN_SECONDS, "FCM answered 404")),
                answer("408", FcmAnswer.raw(408, ""), later(TEN_SECONDS, "FCM answered 408")),
                answer("413", FcmAnswer.raw(413, "<html>too large"), new Rejected("FCM answered 413")),
                answer("429", FcmAnswer.error(429, "RESOURCE_EXHAUSTED"), later(MINUTE, "FCM answered 429")),
                answer("500", FcmAnswer.raw(500, ""), later(TEN_SECONDS, "FCM answered 500")),
                answer("502", FcmAnswer.raw(502, "<html>bad gateway"), later(TEN_SECONDS, "FCM answered 502")),
                answer("503", FcmAnswer.raw(503, ""), later(TEN_SECONDS, "FCM answered 503")),
                answer("504", FcmAnswer.raw(504, ""), later(TEN_SECONDS, "FCM answered 504")),
                answer(
                        "a status of tomorrow",
                        FcmAnswer.error(500, "A_STATUS_OF_TOMORROW"),
                        later(TEN_SECONDS, "an odd reply: java.lang.IllegalArgumentException")),
                answer(
                        "details that are none",
                        FcmAnswer.raw(404, "{\"error\":{\"status\":\"NOT_FOUND\",\"details\":[7,{}]}}"),
                        later(TEN_SECONDS, "FCM answered 404")),
                answer(
                        "a success that is cut off",
                        FcmAnswer.raw(200, "{\"name\":"),
                        later(TEN_SECONDS, "no usable answer: com.fasterxml.jackson.core.io.JsonEOFException")),
                answer(
                        "an endless success",
                        FcmAnswer.raw(200, " ".repeat(2 << 20)),
                        later(TEN_SECONDS, "no usable answer: java.io.IOException")),
                answer(
                        "a closed connection",
                        FcmAnswer.hangUp(),
                        later(TEN_SECONDS, "no usable answer: org.apache.hc.core5.http.NoHttpResponseException")));
    }

    @ParameterizedTest
    @MethodSource({"codes", "statuses"})
    void everyAnswerHasItsResult(FcmAnswer answer, PushResult result) {
        server.answer(device.token(), answer);

        assertThat(atItsEndIfReset(push())).isEqualTo(result);
    }

    /** Which of the two a closed connection is depends on what it had still to bring. */
    private static PushResult atItsEndIfReset(PushResult result) {
        return result instanceof RetryLater later && later.reason().equals("no usable answer: java.net.SocketException")
                ? later(later.after(), "no usable answer: org.apache.hc.core5.http.NoHttpResponseException")
                : result;
    }

    @Test
    void noCodeIsMissing() {
        String table = codes().map(row -> row.get()[1].toString()).toList().toString();

        assertThat(Arrays.stream(MessagingErrorCode.values())
                        .filter(code -> code != MessagingErrorCode.UNREGISTERED)
                        .map(MessagingErrorCode::name))
                .allMatch(table::contains);
        assertThat(table).contains("Unregistered");
    }

    static Stream<FcmAnswer> busy() {
        return Stream.of(FcmAnswer.quotaExceeded(), FcmAnswer.unavailable());
    }

    @ParameterizedTest
    @MethodSource("busy")
    void aWaitUntilADateIsPassedOn(FcmAnswer busy) {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(600));
        server.answer(device.token(), busy.with("Retry-After", date));

        assertThat(((RetryLater) push()).after()).isBetween(Duration.ofSeconds(580), Duration.ofSeconds(600));
    }

    static Stream<Arguments> tokenEndpoint() {
        return Stream.of(
                answer("400", FcmAnswer.raw(400, "{\"error\":\"invalid_grant\"}"), refusedKey(400)),
                answer("401", FcmAnswer.raw(401, "{\"error\":\"invalid_client\"}"), refusedKey(401)),
                answer("403", FcmAnswer.raw(403, ""), refusedKey(403)),
                answer("404", FcmAnswer.raw(404, ""), later(TEN_SECONDS, "the token endpoint answered 404")),
                answer("429", FcmAnswer.raw(429, ""), later(MINUTE, "the token endpoint answered 429")),
                answer("500", FcmAnswer.raw(500, ""), later(TEN_SECONDS, "the token endpoint answered 500")),
                answer(
                        "503, a wait asked",
                        FcmAnswer.raw(503, "").retryAfter(Duration.ofSeconds(44)),
                        later(Duration.ofSeconds(44), "the token endpoint answered 503")),
                answer(
                        "a closed connection",
                        FcmAnswer.hangUp(),
                        later(TEN_SECONDS, "no usable answer: org.apache.hc.core5.http.NoHttpResponseException")));
    }

    @ParameterizedTest
    @MethodSource("tokenEndpoint")
    void everyAnswerOfTheTokenEndpointHasItsResultAndIsForgottenAfterwards(
            FcmAnswer answer, PushResult result, @TempDir Path files) {
        int before = server.tokenRequests();
        server.answerTokenRequests(answer);
        try (FcmConnection fresh =
                        FcmConnection.open(server.writeCredentials(files.resolve("key.json")), server.endpoint());
                FcmPushNotifier without = new FcmPushNotifier(fresh.messaging(), SETTINGS)) {
            assertThat(atItsEndIfReset(without.push(List.of(news())).get(0))).isEqualTo(result);
            assertThat(server.tokenRequests()).isEqualTo(before + 1);

            server.answerTokenRequests(FcmAnswer.accept());
            assertThat(without.push(List.of(news()))).containsExactly(new Accepted());
        }
    }

    private PushResult push() {
        return notifier.push(List.of(news())).get(0);
    }

    private Announcement news() {
        return new Announcement(device, ChannelId.random(), 1, new UserId("alice"), 1, 2, null);
    }

    private static Device device() {
        String id = UUID.randomUUID().toString();
        return new Device(new UserId(id), "phone", Platform.ANDROID, "token:" + id);
    }

    private static Arguments answer(String name, FcmAnswer answer, PushResult result) {
        return arguments(named(name, answer), result);
    }

    private static PushResult later(Duration wait, String reason) {
        return new RetryLater(wait, reason);
    }

    private static PushResult refusedKey(int status) {
        return new Misconfigured("the token endpoint answered " + status);
    }
}
