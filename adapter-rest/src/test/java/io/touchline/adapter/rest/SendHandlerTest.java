package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.channelOf;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.request;
import static io.touchline.adapter.rest.RestServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpTester;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The short way answers what the long one does; a query that means nothing is what leads to the long one here. */
class SendHandlerTest {
    private static final String SHORT = "";
    private static final String LONG = "?x=1";
    private static final String BODY = "{\"content\":\"a\"}";
    private static final int LONG_WAY = 299;

    private final String alice = fresh("alice-");
    private final String channel = channelOf(alice);

    static Stream<String> bodies() {
        return Stream.of(
                "{\"content\":\"hello\",\"clientMessageId\":\"m-1\"}",
                "{\"content\":\"other\",\"clientMessageId\":\"m-0\"}",
                "{\"content\":\" \"}",
                "{\"content\":5}",
                "{}",
                "[]",
                "",
                "{\"content\":\"a\",\"content\":\"b\"}",
                "{\"content\":\"a\"} x",
                "{\"content\":\"" + "a".repeat(16_385) + "\"}");
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void bothWaysAnswerTheSame(String body) {
        answer(SHORT, channel, token(alice), "{\"content\":\"first\",\"clientMessageId\":\"m-0\"}");
        answer(SHORT, channel, token(alice), "{\"content\":\"hello\",\"clientMessageId\":\"m-1\"}");

        assertSame(channel, token(alice), body);
    }

    @Test
    void bothWaysRefuseTheSameCallers() {
        String body = "{\"content\":\"hello\"}";
        assertSame(channel, token(fresh("eve-")), body);
        assertSame("-no-id", token(alice), body);
        assertSame(channel, "rubbish", body);
        assertSame(channel, RestServer.UNCHECKED, body);
        assertSame(channel, token(claims -> claims.subject("not a user!")), body);
        assertSame(channel, token(claims -> claims.subject(alice).expiresAt(Instant.EPOCH)), body);
    }

    @Test
    void takesThePlainFormOnly() throws Exception {
        String path = "/api/v1/channels/" + channel + "/messages";
        String plain = plain(path, "Content-Type: application/json");

        assertThat(statuses(
                        plain,
                        plain(path, "Content-Type: application/json; charset=UTF-8"),
                        plain(path, "Content-Type: application/json\r\nAccept: */*")))
                .containsOnly(201);
        assertThat(statuses(
                        plain.replace("POST", "PUT"),
                        plain(path + "/", "Content-Type: application/json"),
                        plain(path + "?x=1", "Content-Type: application/json"),
                        plain(path.replace("c-", "c%2d"), "Content-Type: application/json"),
                        plain(path.replace(channel, ".."), "Content-Type: application/json"),
                        plain(path, "Content-Type: text/plain"),
                        plain(path, "Content-Type: application/json\r\nAccept: text/html"),
                        plain(path, "Content-Type: application/json\r\nContent-Encoding: gzip"),
                        plain(path, "Content-Type: application/json\r\nOrigin: https://elsewhere.example.com"),
                        plain.replace("Bearer ", "Basic "),
                        plain.replace("Bearer ", "Bearer a"),
                        plain.replace("Content-Length: 15", "Transfer-Encoding: chunked")
                                .replace(BODY, "f\r\n" + BODY + "\r\n0\r\n\r\n")))
                .containsOnly(LONG_WAY);
    }

    @Test
    void sendsAlsoWhatItHasNoRoomFor() throws Exception {
        String plain = plain("/api/v1/channels/" + channel + "/messages", "Content-Type: application/json");

        assertThat(statuses(0, plain, plain.replace("\"a\"", "\" \""))).containsExactly(201, 400);
    }

    @Test
    void refusesWhatWaitedTooLongForAThread() throws Exception {
        String path = "/api/v1/channels/" + channel + "/messages";
        String plain = plain(path, "Content-Type: application/json");
        String odd = plain(path + "?x=1", "Content-Type: application/json");

        assertThat(statuses(1, Duration.ZERO, plain, odd)).containsExactly(201, 503);
        assertThat(statuses(0, Duration.ZERO, plain)).containsExactly(503);
    }

    private String plain(String path, String headers) {
        return String.join(
                "\r\n",
                "POST " + path + " HTTP/1.1",
                "Host: localhost",
                "Authorization: Bearer " + token(alice),
                headers,
                "Content-Length: " + BODY.length(),
                "Connection: close",
                "",
                BODY);
    }

    /** What the short way answers, or that the long one was taken. */
    private static List<Integer> statuses(String... requests) throws Exception {
        return statuses(1, requests);
    }

    private static List<Integer> statuses(int room, String... requests) throws Exception {
        return statuses(room, Duration.ofSeconds(30), requests);
    }

    private static List<Integer> statuses(int room, Duration patience, String... requests) throws Exception {
        Server server = new Server();
        LocalConnector connector = new LocalConnector(server);
        server.addConnector(connector);
        server.setHandler(new SendHandler(new LongWay(), () -> RestServer.CHAT, RestServer::known, room, patience));
        server.start();
        try {
            List<Integer> statuses = new ArrayList<>();
            for (String request : requests) {
                statuses.add(
                        HttpTester.parseResponse(connector.getResponse(request)).getStatus());
            }
            return statuses;
        } finally {
            server.stop();
        }
    }

    private static final class LongWay extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.setStatus(LONG_WAY);
            callback.succeeded();
            return true;
        }
    }

    private void assertSame(String to, String token, String body) {
        HttpResponse<String> quick = answer(SHORT, to, token, body);
        HttpResponse<String> slow = answer(LONG, to, token, body);

        assertThat(quick.statusCode()).isEqualTo(slow.statusCode());
        assertThat(withoutSequence(quick.body())).isEqualTo(withoutSequence(slow.body()));
        assertThat(headers(quick)).isEqualTo(headers(slow));
    }

    private static HttpResponse<String> answer(String query, String to, String token, String body) {
        HttpRequest.Builder request = request("/channels/" + to + "/messages" + query)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        return RestServer.send(request);
    }

    private static String withoutSequence(String body) {
        return body.replaceAll("\"sequence\":\\d+", "");
    }

    private static Map<String, List<String>> headers(HttpResponse<?> response) {
        Map<String, List<String>> headers = new HashMap<>(response.headers().map());
        headers.remove("date");
        return headers;
    }
}
