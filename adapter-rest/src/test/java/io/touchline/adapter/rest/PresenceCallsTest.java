package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.assertAnswer;
import static io.touchline.adapter.rest.RestServer.assertInvalid;
import static io.touchline.adapter.rest.RestServer.assertNoChannel;
import static io.touchline.adapter.rest.RestServer.assertNoContent;
import static io.touchline.adapter.rest.RestServer.assertProblem;
import static io.touchline.adapter.rest.RestServer.authorized;
import static io.touchline.adapter.rest.RestServer.call;
import static io.touchline.adapter.rest.RestServer.channelOf;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.get;
import static io.touchline.adapter.rest.RestServer.send;
import static io.touchline.adapter.rest.RestServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.UserId;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PresenceCallsTest {
    private static final String BAD_USER =
            "a user id has 1 to 64 characters out of A-Z a-z 0-9 . _ ~ @ : - and begins with a letter or digit";

    private final String alice = fresh("alice-");
    private final String bob = fresh("bob-");
    private final String carol = fresh("carol-");

    @Test
    void whoIsInAChannelMaySayThatHeIsTyping() {
        String channel = channelOf(alice, bob);

        assertNoContent(call(bob, "POST", "/channels/" + channel + "/typing"));
        assertNoContent(call(bob, "POST", "/channels/" + channel + "/typing", "{}"));
    }

    @Test
    void nobodyElseMay() {
        String channel = channelOf(alice, bob);
        assertNoContent(call(bob, "DELETE", "/channels/" + channel + "/participants/" + bob));

        assertNoChannel(call(bob, "POST", "/channels/" + channel + "/typing"));
        assertNoChannel(call(carol, "POST", "/channels/" + channel + "/typing"));
        assertNoChannel(call(carol, "POST", "/channels/" + fresh("c-") + "/typing"));
        assertThat(call(carol, "POST", "/channels/a%20b/typing").statusCode()).isEqualTo(400);
    }

    @Test
    void presenceIsToldOfWhoSharesAChannel() {
        String dave = fresh("dave-");
        channelOf(dave, alice, bob);
        RestServer.STORAGE.users().seen(List.of(new UserId(bob)));

        assertAnswer(
                get(alice, "/presence?user=" + bob + "&user=" + carol + "&user=" + alice + "&user=" + bob),
                200,
                "{\"items\":[{\"user\":\"" + alice + "\",\"online\":false},{\"user\":\"" + bob
                        + "\",\"online\":false,\"lastSeen\":\"" + RestServer.NOW + "\"}]}");
        assertAnswer(get(carol, "/presence?user=" + bob), 200, "{\"items\":[]}");
    }

    @Test
    void presenceIsAskedOfOneToTwoHundredUsers() {
        String many = IntStream.range(0, 200).mapToObj(i -> "user=u" + i).collect(Collectors.joining("&"));

        assertAnswer(get(alice, "/presence?" + many), 200, "{\"items\":[]}");
        assertInvalid(get(alice, "/presence?" + many + "&user=u200"), "user", "name 1 to 200 users");
        assertInvalid(get(alice, "/presence"), "user", "name 1 to 200 users");
        assertInvalid(get(alice, "/presence?users=u1"), "user", "name 1 to 200 users");
        assertInvalid(get(alice, "/presence?user="), "user", BAD_USER);
        assertInvalid(get(alice, "/presence?user=" + bob + "," + carol), "user", BAD_USER);
    }

    @Test
    void onlyAnAdministratorClosesConnections() {
        assertProblem(
                call(alice, "DELETE", "/users/" + bob + "/connections"),
                403,
                "forbidden",
                "Forbidden",
                "Only an administrator may close somebody's connections.",
                "");
        assertProblem(
                call(alice, "DELETE", "/users/" + alice + "/connections"),
                403,
                "forbidden",
                "Forbidden",
                "Only an administrator may close somebody's connections.",
                "");
        assertInvalid(close("a%20b"), "user", BAD_USER);
    }

    @Test
    void tokensOfBeforeAreRefusedFromThenOn() {
        Instant now = Instant.parse(RestServer.NOW);
        String old = issued(bob, now.minusSeconds(1));
        String ofThatSecond = issued(bob, now);
        String untold = token(bob);
        assertThat(status(old)).isEqualTo(200);

        assertNoContent(close(bob));

        for (String refused : List.of(old, ofThatSecond, untold)) {
            HttpResponse<String> answer = send(authorized(refused, "/channels"));
            assertProblem(
                    answer,
                    401,
                    "unauthenticated",
                    "Not authenticated",
                    "The bearer token was issued before an administrator closed your connections: sign in again.",
                    "");
            assertThat(answer.headers().allValues("WWW-Authenticate"))
                    .containsExactly("Bearer error=\"invalid_token\"");
        }
        assertThat(status(issued(bob, now.plusSeconds(1)))).isEqualTo(200);
        assertThat(status(issued(carol, now.minusSeconds(1)))).isEqualTo(200);
    }

    private HttpResponse<String> close(String user) {
        return send(authorized(RestServer.administrator(fresh("admin-")), "/users/" + user + "/connections")
                .method("DELETE", BodyPublishers.noBody()));
    }

    private static String issued(String user, Instant time) {
        return token(claims -> claims.subject(user).issuedAt(time));
    }

    private static int status(String token) {
        return send(authorized(token, "/channels")).statusCode();
    }
}
