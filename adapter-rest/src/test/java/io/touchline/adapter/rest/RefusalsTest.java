package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.assertProblem;
import static io.touchline.adapter.rest.RestServer.authorized;
import static io.touchline.adapter.rest.RestServer.call;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.get;
import static io.touchline.adapter.rest.RestServer.send;
import static io.touchline.adapter.rest.RestServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused whichever call it is. */
class RefusalsTest {
    private final String alice = fresh("alice-");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"channels\":{}",
                "{\"channels\":{}}}",
                "{\"channels\":{}} x",
                "{'channels':{}}",
                "{channels:{}}",
                "{\"channels\":{},}",
                "{\"channels\":{}}//",
                "{\"channels\":NaN}",
                "{\"channels\":01}",
                "{\"channels\":{},\"channels\":{}}",
                "{\"channels\":{\"c1\":1,\"c1\":2}}",
                "{\"x\":\"a\nb\"}",
                "{\"x\":\"\\x\"}"
            })
    void whatIsNotJsonIsRefusedWithThePlace(String body) {
        HttpResponse<String> refused = call(alice, "POST", "/sync", body);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(refused.body())
                .matches("\\Q{\"type\":\"urn:touchline:problem:invalid-request\",\"title\":\"Invalid request\","
                        + "\"status\":400,\"detail\":\"The body is not good JSON: see line \\E\\d, column \\d+\\.\"}");
    }

    @Test
    void nestingAndNumbersAreBounded() {
        String deep = "{\"x\":" + "[".repeat(60_000) + "]".repeat(60_000) + "}";
        String wide = "{\"x\":" + "9".repeat(100_000) + "}";

        assertThat(call(alice, "POST", "/sync", deep).statusCode()).isEqualTo(400);
        assertThat(call(alice, "POST", "/sync", wide).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"x\"", "1", " "})
    void aBodyIsAnObject(String body) {
        assertProblem(
                call(alice, "POST", "/sync", body),
                400,
                "invalid-request",
                "Invalid request",
                "The body is not a JSON object.",
                "");
    }

    @Test
    void aBodyThatIsMissingIsRefused() {
        HttpRequest.Builder none = authorized(token(alice), "/sync").header("Content-Type", "application/json");

        assertProblem(
                send(none.POST(BodyPublishers.noBody())),
                400,
                "invalid-request",
                "Invalid request",
                "The body is missing, or broke off.",
                "");
        assertThat(call(alice, "POST", "/sync").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%zz", "limit=%ff%fe", "limit=%"})
    void aQueryThatCannotBeDecodedIsRefused(String query) throws IOException {
        try (Socket socket = new Socket("localhost", RestServer.port())) {
            String request = "GET /api/v1/channels?" + query + " HTTP/1.1\r\nHost: localhost:" + RestServer.port()
                    + "\r\nAuthorization: Bearer " + token(alice) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400 ")
                    .endsWith("\"status\":400,\"detail\":\"The query cannot be decoded.\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7b7d00", "fffe7b007d00", "007b007d", "7b2278223a22c0af227d", "7b2278223a22eda080227d"})
    void otherEncodingsAndOverlongFormsAreRefused(String hex) {
        assertThat(send(authorized(token(alice), "/sync")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(HexFormat.of().parseHex(hex))))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] latin = "{\"content\":\"\u00e9t\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(send(authorized(token(alice), "/sync")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(latin)))
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "application/vnd.api+json",
                "application/*",
                "*/*",
                "nonsense"
            })
    void anotherMediaTypeIsRefused(String type) {
        HttpResponse<String> refused = send(
                authorized(token(alice), "/sync").header("Content-Type", type).POST(BodyPublishers.ofString("{}")));

        assertProblem(
                refused,
                415,
                "unsupported-media-type",
                "Unsupported media type",
                "Bodies are application/json, in UTF-8: say so.",
                "");
    }

    @Test
    void aCharsetBesideTheMediaTypeDoesNoHarm() {
        assertThat(send(authorized(token(alice), "/sync")
                                .header("Content-Type", "application/json; charset=utf-8")
                                .POST(BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whoAcceptsNoJsonIsToldBeforeAnythingIsDone() {
        String user = fresh("u-");
        HttpResponse<String> refused = send(authorized(token(user), "/channels")
                .header("Content-Type", "application/json")
                .header("Accept", "text/html")
                .POST(BodyPublishers.ofString("{\"participants\":[]}")));

        assertProblem(
                refused, 406, "not-acceptable", "Not acceptable", "Answers are application/json: accept that.", "");
        assertThat(get(user, "/channels").body()).isEqualTo("{\"items\":[]}");
    }

    @Test
    void anotherMethodIsRefusedWithThoseThatAreAllowed() {
        HttpResponse<String> refused = call(alice, "DELETE", "/channels");

        assertProblem(
                refused,
                405,
                "method-not-allowed",
                "Method not allowed",
                "This path knows other methods: the header Allow names them.",
                "");
        assertThat(String.join(",", refused.headers().allValues("Allow")).split(",\\s*"))
                .containsExactlyInAnyOrder("GET", "POST");
        assertThat(call(alice, "PUT", "").headers().allValues("Allow")).containsExactly("GET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nothing", "/channels/", "/channels/c1/x", "/sync/1", "/devices", "/presence.json"})
    void anotherPathIsNotFound(String path) {
        assertProblem(get(alice, path), 404, "not-found", "Not found", "There is nothing at this path.", "");
    }

    /** Of what the container lets through: Jetty refuses encoded slashes, empty segments and such by itself. */
    @Test
    void aPathThatHidesSomethingIsRefused() {
        assertProblem(
                get(alice, "/channels/a;b=c"),
                400,
                "invalid-request",
                "Invalid request",
                "The path or a header holds what none of ours does.",
                "");
    }

    @Test
    void aBodyOf128KiBIsReadAndOneByteMoreIsNot() {
        String most = padded(128 * 1024);

        assertThat(call(alice, "POST", "/sync", most).statusCode()).isEqualTo(200);
        assertTooLarge(call(alice, "POST", "/sync", padded(128 * 1024 + 1)));
    }

    @Test
    void aBodyInChunksIsCountedToo() {
        assertThat(chunked(padded(128 * 1024)).statusCode()).isEqualTo(200);
        assertTooLarge(chunked(padded(128 * 1024 + 1)));
        assertTooLarge(chunked(padded(1024 * 1024)));
    }

    @Test
    void aLongBodyIsRefusedWhereNoneIsRead() {
        assertTooLarge(call(alice, "PUT", "/channels/c1/participants/bob", padded(200_000)));
        assertTooLarge(call(alice, "POST", "/nothing", padded(200_000)));
    }

    @Test
    void aLongBodyFromNobodyIsNotWaitedFor() throws IOException {
        try (Socket socket = new Socket("localhost", RestServer.port())) {
            String head = "POST /api/v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n{";
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(12);

            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void whatIsAwayMayBeTriedAgain() {
        HttpResponse<String> away = get(fresh(RestServer.AWAY), "/channels");

        assertProblem(away, 503, "unavailable", "Unavailable", "This cannot be done just now: try again.", "");
        assertThat(away.headers().allValues("Retry-After")).containsExactly("1");
    }

    @Test
    void aDefectIsToldWithAReferenceAndNothingElse() {
        HttpResponse<String> broken = get(fresh(RestServer.BROKEN), "/channels");

        assertThat(broken.statusCode()).isEqualTo(500);
        assertThat(broken.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(broken.body())
                .matches("\\Q{\"type\":\"urn:touchline:problem:internal-error\",\"title\":\"Internal error\","
                        + "\"status\":500,\"detail\":\"Something went wrong here. If you report it, give the reference "
                        + "\\E[0-9a-f-]{36}\\.\"}");
    }

    private static void assertTooLarge(HttpResponse<String> response) {
        assertProblem(response, 413, "body-too-large", "Body too large", "A body has at most 131072 bytes.", "");
        assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(response.headers().allValues("Connection")).containsExactly("close");
    }

    private HttpResponse<String> chunked(String body) {
        return send(authorized(token(alice), "/sync")
                .header("Content-Type", "application/json")
                .POST(RestServer.chunked(body)));
    }

    private static String padded(int bytes) {
        return "{}" + " ".repeat(bytes - 2);
    }
}
