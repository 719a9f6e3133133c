package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.channelOf;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.request;
import static io.touchline.adapter.rest.RestServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** The short way answers what the long one does; a query that means nothing is what leads to the long one here. */
class SendFilterTest {
    private static final String SHORT = "";
    private static final String LONG = "?x=1";

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
    void takesThePlainFormOnly() {
        assertThat(SendFilter.suits(plain())).isTrue();

        MockHttpServletRequest fromAPage = plain();
        fromAPage.addHeader("Origin", "https://elsewhere.example.com");
        MockHttpServletRequest otherPath = plain();
        otherPath.setRequestURI("/api/v1/channels/c1/messages/");
        MockHttpServletRequest encoded = plain();
        encoded.setRequestURI("/api/v1/channels/c%31/messages");
        MockHttpServletRequest otherMethod = plain();
        otherMethod.setMethod("PUT");
        MockHttpServletRequest otherType = plain();
        otherType.setContentType("text/plain");
        MockHttpServletRequest otherAnswer = plain();
        otherAnswer.addHeader("Accept", "text/html");
        MockHttpServletRequest tooLong = plain();
        tooLong.setContent(new byte[Body.MAX_BYTES + 1]);
        assertThat(List.of(fromAPage, otherPath, encoded, otherMethod, otherType, otherAnswer, tooLong))
                .noneMatch(SendFilter::suits);
    }

    private static MockHttpServletRequest plain() {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/v1/channels/c1/messages");
        request.setContentType("application/json");
        request.addHeader("Authorization", "Bearer a.b.c");
        request.setContent(new byte[] {'{', '}'});
        return request;
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
