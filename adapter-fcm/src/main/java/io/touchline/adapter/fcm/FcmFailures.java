package io.touchline.adapter.fcm;

import com.google.api.client.http.HttpResponseException;
import com.google.common.base.Throwables;
import com.google.firebase.messaging.FirebaseMessagingException;
import com.google.firebase.messaging.MessagingErrorCode;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Misconfigured;
import io.touchline.core.port.PushResult.Rejected;
import io.touchline.core.port.PushResult.RetryLater;
import io.touchline.core.port.PushResult.Unregistered;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of a call means.
 *
 * <p>FCM's own error code is often missing, so the HTTP status decides, except for the things that a status alone does
 * not tell: a dead token, a token of another sender, and a key for Apple or for browsers that our project lacks. Reasons
 * hold codes only: what the services say in words may quote a token.
 */
final class FcmFailures {
    /** Before another try, when nobody says how long. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    /** FCM counts its quota by the minute. */
    static final Duration QUOTA_PAUSE = Duration.ofMinutes(1);

    /** No wait is longer, whatever is asked for: FCM speaks of seconds and minutes, more is somebody's mistake. */
    static final Duration MAX_PAUSE = Duration.ofHours(1);

    private FcmFailures() {}

    static PushResult result(FirebaseMessagingException e) {
        Optional<HttpResponseException> answer = answer(e);
        if (answer.isEmpty()) {
            return new RetryLater(PAUSE, "no usable answer: " + root(e));
        }
        return e.getHttpResponse() == null
                ? ofTokenEndpoint(answer.get())
                : ofFcm(answer.get(), e.getMessagingErrorCode());
    }

    private static PushResult ofFcm(HttpResponseException answer, @Nullable MessagingErrorCode code) {
        int status = answer.getStatusCode();
        String reason = "FCM answered " + answer.getStatusMessage() + (code == null ? "" : " " + code);
        if (code == MessagingErrorCode.UNREGISTERED) {
            return new Unregistered();
        } else if (code == MessagingErrorCode.THIRD_PARTY_AUTH_ERROR) {
            return new Misconfigured(reason);
        } else if (code == MessagingErrorCode.SENDER_ID_MISMATCH || status == 400 || status == 413) {
            return new Rejected(reason);
        } else if (status == 401 || status == 403) {
            return new Misconfigured(reason);
        }
        return new RetryLater(pause(answer), reason);
    }

    private static PushResult ofTokenEndpoint(HttpResponseException answer) {
        int status = answer.getStatusCode();
        String reason = "the token endpoint answered " + answer.getStatusMessage();
        boolean refused = status == 400 || status == 401 || status == 403;
        return refused ? new Misconfigured(reason) : new RetryLater(pause(answer), reason);
    }

    private static Duration pause(HttpResponseException answer) {
        String asked = answer.getHeaders() == null ? null : answer.getHeaders().getRetryAfter();
        return Optional.ofNullable(asked)
                .flatMap(FcmFailures::parse)
                .filter(wait -> !wait.isNegative() && !wait.isZero()) // else our clock is ahead, or nothing was meant
                .map(wait -> wait.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : wait)
                .orElse(answer.getStatusCode() == 429 ? QUOTA_PAUSE : PAUSE);
    }

    /** Seconds or an HTTP date. */
    private static Optional<Duration> parse(String retryAfter) {
        try {
            Duration wait = retryAfter.chars().allMatch(Character::isDigit)
                    ? Duration.ofSeconds(Long.parseLong(retryAfter))
                    : Duration.between(
                            Instant.now(), ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME));
            return Optional.of(wait);
        } catch (NumberFormatException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<HttpResponseException> answer(Throwable e) {
        return Throwables.getCausalChain(e).stream()
                .filter(HttpResponseException.class::isInstance)
                .map(HttpResponseException.class::cast)
                .findFirst();
    }

    /** For a reason: what kind of failure it was at bottom. */
    static String root(Throwable e) {
        return Throwables.getRootCause(e).getClass().getName();
    }
}
