package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.NOW;
import static io.touchline.adapter.rest.RestServer.assertAnswer;
import static io.touchline.adapter.rest.RestServer.assertInvalid;
import static io.touchline.adapter.rest.RestServer.assertNoChannel;
import static io.touchline.adapter.rest.RestServer.assertNoContent;
import static io.touchline.adapter.rest.RestServer.assertProblem;
import static io.touchline.adapter.rest.RestServer.call;
import static io.touchline.adapter.rest.RestServer.channelOf;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelCallsTest {
    private static final String ID_FORM =
            "id has 1 to 64 characters out of A-Z a-z 0-9 . _ ~ @ : - and begins with a letter or digit";

    private final String alice = fresh("alice-");
    private final String bob = fresh("bob-");

    @Test
    void aChannelIsMadeAndTheSameAgainIsTheSame() {
        String id = fresh("c-");
        String body = "{\"id\":\"" + id + "\",\"name\":\"Team\",\"participants\":[\"" + bob + "\"],\"colour\":\"red\"}";
        String channel = channel(id, ",\"name\":\"Team\"", 1, 2, "");

        assertAnswer(call(alice, "POST", "/channels", body), 201, channel);
        assertAnswer(call(alice, "POST", "/channels", body), 200, channel);
    }

    @Test
    void anIdOfAnothersChannelIsAConflict() {
        String id = channelOf(alice);

        assertProblem(
                call(bob, "POST", "/channels", "{\"id\":\"" + id + "\",\"participants\":[]}"),
                409,
                "conflict",
                "Conflict",
                "There is another channel of that id: choose another.",
                ",\"errors\":[{\"field\":\"id\",\"message\":\"There is another channel of that id: choose another.\"}]");
    }

    @Test
    void withoutAnIdOneIsMade() {
        HttpResponse<String> made = call(alice, "POST", "/channels", "{\"id\":null,\"name\":null,\"participants\":[]}");

        assertThat(made.statusCode()).isEqualTo(201);
        String id = made.body().substring(7, 43);
        assertThat(made.body()).isEqualTo(channel(id, "", 1, 1, ""));
    }

    @Test
    void theChannelOfTwoPeopleIsMadeOnceWhoeverAsks() {
        String id = ChannelId.direct(new UserId(alice), new UserId(bob)).value();

        assertAnswer(call(alice, "POST", "/channels", "{\"direct\":\"" + bob + "\"}"), 201, channel(id, "", 1, 2, ""));
        assertAnswer(call(bob, "POST", "/channels", "{\"direct\":\"" + alice + "\"}"), 200, channel(id, "", 1, 2, ""));
    }

    @Test
    void badNewChannelsAreRefusedByField() {
        assertInvalid(create("{}"), "participants", "is required");
        assertInvalid(create("{\"participants\":\"bob\"}"), "participants", "must be an array of user ids");
        assertInvalid(create("{\"participants\":{\"a\":1}}"), "participants", "must be an array of user ids");
        assertInvalid(create("{\"participants\":[\"bob\",7]}"), "participants[1]", "must be a string");
        assertInvalid(create("{\"participants\":[null]}"), "participants[0]", "must be a string");
        assertInvalid(create("{\"participants\":[\"b b\"]}"), "participants[0]", "a user " + ID_FORM);
        assertInvalid(create("{\"id\":\"\",\"participants\":[]}"), "id", "a channel " + ID_FORM);
        assertInvalid(create("{\"id\":5,\"participants\":[]}"), "id", "must be a string");
        assertInvalid(create("{\"name\":true,\"participants\":[]}"), "name", "must be a string");
        assertInvalid(
                create("{\"name\":\" \",\"participants\":[]}"),
                "name",
                "has 1 to 128 characters, not all blank, and no control characters");
        assertInvalid(
                create("{\"name\":\"a\\ud800b\",\"participants\":[]}"),
                "name",
                "has 1 to 128 characters, not all blank, and no control characters");
        assertInvalid(
                create("{\"id\":\"direct:x\",\"participants\":[]}"),
                "id",
                "ids that begin with direct: belong to the channels of two people");
    }

    @Test
    void badDirectChannelsAreRefusedByField() {
        assertInvalid(create("{\"direct\":\"-\"}"), "direct", "a user " + ID_FORM);
        assertInvalid(create("{\"direct\":[\"bob\"]}"), "direct", "must be a string");
        assertInvalid(
                create("{\"direct\":\"bob\",\"participants\":[]}"),
                "direct",
                "stands alone, without id, name or participants");
        assertInvalid(
                create("{\"direct\":\"" + alice + "\"}"),
                "direct",
                "a direct channel has two people: name somebody else");
    }

    @Test
    void theListIsPaged() {
        String first = channelOf(alice);
        String second = channelOf(alice);
        String one = channel(first.compareTo(second) < 0 ? first : second, "", 1, 1, "");
        String two = channel(first.compareTo(second) < 0 ? second : first, "", 1, 1, "");

        assertAnswer(get(alice, "/channels"), 200, "{\"items\":[" + one + "," + two + "]}");
        HttpResponse<String> page = get(alice, "/channels?limit=1");
        String cursor = page.body()
                .substring(page.body().indexOf("\"next\":\"") + 8, page.body().length() - 2);
        assertAnswer(page, 200, "{\"items\":[" + one + "],\"next\":\"" + cursor + "\"}");
        assertAnswer(get(alice, "/channels?limit=1&cursor=" + cursor), 200, "{\"items\":[" + two + "]}");
    }

    @Test
    void whoIsInNoChannelHasAnEmptyList() {
        assertAnswer(get(alice, "/channels?limit=200"), 200, "{\"items\":[]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "201", "99999999999999999999", "ten", "", "1.0", "1&limit=2"})
    void aLimitOutOfRangeIsRefused(String limit) {
        assertInvalid(get(alice, "/channels?limit=" + limit), "limit", "must be a whole number from 1 to 200");
        assertInvalid(
                get(alice, "/channels/" + channelOf(alice) + "/participants?limit=" + limit),
                "limit",
                "must be a whole number from 1 to 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a:b", "%F0%9F%98%80"})
    void aCursorThatIsNoneIsRefused(String cursor) {
        assertInvalid(get(alice, "/channels?cursor=" + cursor), "cursor", "must be what the page before gave as next");
    }

    @Test
    void aChannelIsShownWithItsLastMessage() {
        String id = channelOf(alice, bob);
        String event = call(alice, "POST", "/channels/" + id + "/messages", "{\"content\":\"hi\"}")
                .body();

        assertAnswer(get(alice, "/channels/" + id), 200, channel(id, "", 2, 2, ",\"lastMessage\":" + event));
        assertAnswer(
                get(bob, "/channels/" + id),
                200,
                channel(id, "", 2, 2, ",\"lastMessage\":" + event).replace("\"unread\":0", "\"unread\":1"));
    }

    @Test
    void othersDoNotSeeAChannelNorWhetherThereIsOne() {
        for (String id : new String[] {channelOf(alice), fresh("none-")}) {
            assertNoChannel(get(bob, "/channels/" + id));
            assertNoChannel(call(bob, "PATCH", "/channels/" + id, "{\"name\":\"Mine\"}"));
            assertNoChannel(get(bob, "/channels/" + id + "/participants"));
            assertNoChannel(call(bob, "PUT", "/channels/" + id + "/participants/" + bob));
            assertNoChannel(call(bob, "DELETE", "/channels/" + id + "/participants/" + alice));
        }
    }

    @Test
    void anIdInThePathMustBeOne() {
        assertInvalid(get(alice, "/channels/a%20b"), "channel", "a channel " + ID_FORM);
        assertInvalid(get(alice, "/channels/" + "x".repeat(65)), "channel", "a channel " + ID_FORM);
        assertInvalid(call(alice, "PATCH", "/channels/-x", "{\"name\":\"n\"}"), "channel", "a channel " + ID_FORM);
        assertInvalid(get(alice, "/channels/-x/participants"), "channel", "a channel " + ID_FORM);
        assertInvalid(call(alice, "PUT", "/channels/-x/participants/bob"), "channel", "a channel " + ID_FORM);
        assertInvalid(call(alice, "PUT", "/channels/x/participants/b!b"), "user", "a user " + ID_FORM);
        assertInvalid(call(alice, "DELETE", "/channels/x/participants/b%C3%A9b"), "user", "a user " + ID_FORM);
    }

    @Test
    void aChannelIsRenamed() {
        String id = channelOf(alice);

        assertAnswer(
                call(alice, "PATCH", "/channels/" + id, "{\"name\":\"\u00c4ther/\u2028\"}"),
                200,
                channel(id, ",\"name\":\"\u00c4ther/\u2028\"", 2, 1, ""));
        assertInvalid(call(alice, "PATCH", "/channels/" + id, "{}"), "name", "is required");
        assertInvalid(call(alice, "PATCH", "/channels/" + id, "{\"name\":null}"), "name", "is required");
        assertInvalid(call(alice, "PATCH", "/channels/" + id, "{\"name\":1}"), "name", "must be a string");
    }

    @Test
    void participantsComeAndGo() {
        String id = channelOf(alice);
        String path = "/channels/" + id + "/participants";

        assertNoContent(call(alice, "PUT", path + "/" + bob));
        assertNoContent(call(alice, "PUT", path + "/" + bob));
        assertAnswer(get(alice, path), 200, "{\"items\":[" + participant(alice) + "," + participant(bob) + "]}");
        HttpResponse<String> page = get(bob, path + "?limit=1");
        assertThat(page.body()).startsWith("{\"items\":[" + participant(alice) + "],\"next\":\"");
        String cursor = page.body()
                .substring(page.body().indexOf("\"next\":\"") + 8, page.body().length() - 2);
        assertAnswer(get(bob, path + "?cursor=" + cursor), 200, "{\"items\":[" + participant(bob) + "]}");
        assertNoContent(call(bob, "DELETE", path + "/" + bob));
        assertNoContent(call(bob, "DELETE", path + "/" + bob));
        assertAnswer(get(alice, path), 200, "{\"items\":[" + participant(alice) + "]}");
    }

    @Test
    void everyCharacterOfAnIdMayStandInAPath() {
        String id = fresh("C.1_2~3@4:5-");
        String user = fresh("U.1_2~3@4:5-");
        call(alice, "POST", "/channels", "{\"id\":\"" + id + "\",\"participants\":[]}");

        assertNoContent(call(alice, "PUT", "/channels/" + id + "/participants/" + user));
        assertAnswer(
                get(user, "/channels/" + id.replace("@", "%40")),
                200,
                channel(id, "", 2, 2, "").replace("\"firstSequence\":1", "\"firstSequence\":2"));
    }

    @Test
    void onlyAnAdministratorTakesOutSomebodyElse() {
        String path = "/channels/" + channelOf(alice, bob) + "/participants/" + bob;

        assertProblem(
                call(alice, "DELETE", path),
                403,
                "forbidden",
                "Forbidden",
                "Only an administrator may take somebody else out of a channel.",
                "");
        assertNoContent(RestServer.send(RestServer.authorized(RestServer.administrator(fresh("root-")), path)
                .method("DELETE", BodyPublishers.noBody())));
    }

    @Test
    void theTwoOfADirectChannelStay() {
        String id = ChannelId.direct(new UserId(alice), new UserId(bob)).value();
        call(alice, "POST", "/channels", "{\"direct\":\"" + bob + "\"}");

        assertProblem(
                call(alice, "DELETE", "/channels/" + id + "/participants/" + alice),
                409,
                "conflict",
                "Conflict",
                "A direct channel keeps its two people.",
                "");
    }

    private HttpResponse<String> create(String json) {
        return call(alice, "POST", "/channels", json);
    }

    private static String channel(String id, String name, int last, int participants, String message) {
        return "{\"id\":\"" + id + '"' + name + ",\"createdAt\":\"" + NOW + "\",\"firstSequence\":1,\"lastSequence\":"
                + last + ",\"read\":0,\"unread\":0,\"participantCount\":" + participants + message + '}';
    }

    private static String participant(String user) {
        return "{\"user\":\"" + user + "\",\"delivered\":0,\"read\":0,\"joinedAt\":\"" + NOW + "\"}";
    }
}
