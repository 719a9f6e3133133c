package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.assertAnswer;
import static io.touchline.adapter.rest.RestServer.assertProblem;
import static io.touchline.adapter.rest.RestServer.authorized;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.request;
import static io.touchline.adapter.rest.RestServer.send;
import static io.touchline.adapter.rest.RestServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {
    @Test
    void theBaseTellsWhereThingsAreWithoutAToken() {
        HttpResponse<String> base = send(request(""));

        assertAnswer(base, 200, "{\"socket\":\"wss://chat.example.com/ws\",\"version\":\"1.2.3\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/channels", "/channels/c1", "/sync", "/nothing", "/"})
    void everythingElseNeedsAToken(String path) {
        assertUnauthenticated(send(request(path)), "This needs a bearer token.", "Bearer");
    }

    @Test
    void aBrowserIsToldLikeAnybody() {
        assertUnauthenticated(
                send(request("/channels").header("Accept", "text/html").header("X-Requested-With", "XMLHttpRequest")),
                "This needs a bearer token.",
                "Bearer");
    }

    @Test
    void aTokenIsNeverTakenFromTheAddress() {
        assertThat(send(request("/channels?access_token=" + token(fresh("u-")))).statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @MethodSource
    void aScopeThatIsNoTextMeansNothing(Object scope) {
        String token = token(claims -> claims.subject(fresh("u-")).claim("scope", scope));

        assertAnswer(send(authorized(token, "/channels")), 200, "{\"items\":[]}");
    }

    static Stream<Object> aScopeThatIsNoTextMeansNothing() {
        return Stream.of(5, true, List.of(5, "profile"), Map.of("chat.admin", 1));
    }

    @Test
    void anotherScheme() {
        assertUnauthenticated(
                send(request("/channels").header("Authorization", "Basic YTpi")),
                "This needs a bearer token.",
                "Bearer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rubbish", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."})
    void aBadTokenIsRefused(String token) {
        assertUnauthenticated(
                send(authorized(token, "/channels")),
                "The bearer token cannot be verified.",
                "Bearer error=\"invalid_token\"");
    }

    @Test
    void aTokenThatIsNoneIsRefused() {
        HttpResponse<String> refused = send(authorized("<token>", "/channels"));

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().allValues("Content-Type")).containsExactly("application/problem+json");
    }

    @Test
    void aTokenThatHasEndedSaysSo() {
        Instant end = Instant.parse("2020-01-01T00:00:00Z");

        assertUnauthenticated(
                send(authorized(token(claims -> claims.subject("alice").expiresAt(end)), "/channels")),
                "The bearer token is not valid: Jwt expired at 2020-01-01T00:00:00Z",
                "Bearer error=\"invalid_token\"");
    }

    @Test
    void aTokenOfSomebodyElsesKeyIsRefused() {
        String token = token("alice");

        assertThat(send(authorized(token.substring(0, token.length() - 4) + "AAAA", "/channels"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTokenMustNameAUser() {
        assertUnauthenticated(
                send(authorized(token(claims -> claims.claim("x", "y")), "/channels")),
                "The bearer token names no user: it has no claim sub.",
                "Bearer error=\"invalid_token\"");
        assertUnauthenticated(
                send(authorized(token("auth0|42"), "/channels")),
                "The bearer token's claim sub is not a user id: a user id has 1 to 64 characters out of"
                        + " A-Z a-z 0-9 . _ ~ @ : - and begins with a letter or digit.",
                "Bearer error=\"invalid_token\"");
    }

    @Test
    void whenTokensCannotBeCheckedJustNowItMayBeTriedAgain() {
        HttpResponse<String> away = send(authorized(RestServer.UNCHECKED, "/channels"));

        assertProblem(away, 503, "unavailable", "Unavailable", "This cannot be done just now: try again.", "");
        assertThat(away.headers().allValues("Retry-After")).containsExactly("1");
    }

    @Test
    void nothingIsCachedKeptOrFramed() {
        for (HttpResponse<String> response :
                List.of(send(request("")), send(request("/channels")), RestServer.get(fresh("u-"), "/channels"))) {
            assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
            assertThat(response.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
            assertThat(response.headers().allValues("X-Frame-Options")).containsExactly("DENY");
            assertThat(response.headers().allValues("Content-Security-Policy"))
                    .containsExactly("default-src 'none'; frame-ancestors 'none'");
            assertThat(response.headers().allValues("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void aPageOfAnAllowedOriginMayCall() {
        HttpResponse<String> preflight = send(request("/channels")
                .header("Origin", RestServer.ORIGIN)
                .header("Access-Control-Request-Method", "PATCH")
                .header("Access-Control-Request-Headers", "authorization, content-type")
                .method("OPTIONS", BodyPublishers.noBody()));

        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight.headers().allValues("Access-Control-Allow-Origin")).containsExactly(RestServer.ORIGIN);
        assertThat(preflight.headers().allValues("Access-Control-Allow-Headers"))
                .containsExactly("authorization, content-type");
        assertThat(preflight.headers().allValues("Access-Control-Max-Age")).containsExactly("3600");
        HttpResponse<String> refused = send(request("/channels").header("Origin", RestServer.ORIGIN));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().allValues("Access-Control-Allow-Origin")).containsExactly(RestServer.ORIGIN);
    }

    @Test
    void aPageOfAnotherOriginMayNot() {
        assertProblem(
                send(authorized(token(fresh("u-")), "/channels").header("Origin", "https://evil.example.com")),
                403,
                "forbidden",
                "Forbidden",
                "Pages of this origin may not call.",
                "");
    }

    private static void assertUnauthenticated(HttpResponse<String> response, String detail, String challenge) {
        assertProblem(response, 401, "unauthenticated", "Not authenticated", detail, "");
        assertThat(response.headers().allValues("WWW-Authenticate")).containsExactly(challenge);
    }
}
