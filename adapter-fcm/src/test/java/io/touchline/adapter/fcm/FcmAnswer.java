package io.touchline.adapter.fcm;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How {@link FcmServer} answers.
 *
 * @param status an HTTP status, {@link #SILENCE} or {@link #HANG_UP}
 * @param delay before anything is answered
 */
public record FcmAnswer(int status, Map<String, String> headers, String body, Duration delay) {
    private static final int SILENCE = 0;
    private static final int HANG_UP = -1;

    /** Taken; the device shows it. */
    public static FcmAnswer accept() {
        return raw(200, "{\"name\":\"projects/" + ServiceAccount.PROJECT + "/messages/0:1500415314455276%31bd1c96\"}");
    }

    /** The token is dead. */
    public static FcmAnswer unregistered() {
        return error(404, "NOT_FOUND", "UNREGISTERED");
    }

    /** Too many, for this app or this device. */
    public static FcmAnswer quotaExceeded() {
        return error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED");
    }

    public static FcmAnswer unavailable() {
        return error(503, "UNAVAILABLE", "UNAVAILABLE");
    }

    public static FcmAnswer internal() {
        return error(500, "INTERNAL", "INTERNAL");
    }

    public static FcmAnswer invalidArgument() {
        return error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT");
    }

    public static FcmAnswer senderIdMismatch() {
        return error(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH");
    }

    public static FcmAnswer thirdPartyAuthError() {
        return error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR");
    }

    /** An error with FCM's own code among the details. */
    public static FcmAnswer error(int status, String name, String code) {
        return raw(status, """
                {"error":{"code":%d,"message":"no","status":"%s","details":[\
                {"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"%s"}]}}""".formatted(status, name, code));
    }

    /** An error of Google's front end, which knows no FCM codes. */
    public static FcmAnswer error(int status, String name) {
        return raw(status, "{\"error\":{\"code\":%d,\"message\":\"no\",\"status\":\"%s\"}}".formatted(status, name));
    }

    /** Anything. */
    public static FcmAnswer raw(int status, String body) {
        return new FcmAnswer(status, Map.of(), body, Duration.ZERO);
    }

    /** Takes the request and says nothing until the server is closed. */
    public static FcmAnswer silence() {
        return raw(SILENCE, "");
    }

    /** Closes the connection in place of an answer. */
    public static FcmAnswer hangUp() {
        return raw(HANG_UP, "");
    }

    public FcmAnswer with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new FcmAnswer(status, Map.copyOf(more), body, delay);
    }

    public FcmAnswer retryAfter(Duration wait) {
        return with("Retry-After", Long.toString(wait.toSeconds()));
    }

    public FcmAnswer after(Duration longer) {
        return new FcmAnswer(status, headers, body, longer);
    }

    boolean accepts() {
        return status == 200;
    }

    boolean isSilence() {
        return status == SILENCE;
    }

    boolean isHangUp() {
        return status == HANG_UP;
    }
}
