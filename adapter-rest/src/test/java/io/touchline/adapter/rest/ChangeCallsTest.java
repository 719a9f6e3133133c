package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.NOW;
import static io.touchline.adapter.rest.RestServer.administrator;
import static io.touchline.adapter.rest.RestServer.assertAnswer;
import static io.touchline.adapter.rest.RestServer.assertInvalid;
import static io.touchline.adapter.rest.RestServer.assertNoChannel;
import static io.touchline.adapter.rest.RestServer.assertProblem;
import static io.touchline.adapter.rest.RestServer.authorized;
import static io.touchline.adapter.rest.RestServer.call;
import static io.touchline.adapter.rest.RestServer.channelOf;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are edited and deleted. */
class ChangeCallsTest {
    private static final String ONLY_THE_AUTHOR =
            "A message is edited by its author, and deleted by him or an administrator.";

    private final String alice = fresh("alice-");
    private final String bob = fresh("bob-");
    private final String channel = channelOf(alice, bob);

    @BeforeEach
    void send() {
        String message = "{\"content\":\"tea?\",\"clientMessageId\":\"m-1\"}";
        assertThat(call(alice, "POST", "/channels/" + channel + "/messages", message)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void anEditIsAnsweredWithItsEventAndTheSameEditWithTheFirst() {
        String edited = event(3, alice, "message.edited", ",\"target\":2,\"content\":\"coffee?\"");

        assertAnswer(edit(alice, "coffee?"), 200, edited);
        assertAnswer(edit(alice, "coffee?"), 200, edited);
        assertAnswer(
                get(bob, "/channels/" + channel + "/events?after=1"),
                200,
                "{\"items\":[" + message(",\"content\":\"coffee?\"", ",\"edited\":true,\"editedAt\":\"" + NOW + "\"")
                        + "," + edited + "],\"lastSequence\":3}");
    }

    @Test
    void anEditToWhatItSaysAnywayIsAnsweredWithTheMessage() {
        assertAnswer(edit(alice, "tea?"), 200, message(",\"content\":\"tea?\"", ""));
    }

    @Test
    void ofSeveralEditsTheLatestHasTheContent() {
        edit(alice, "coffee?");
        edit(alice, "water?");

        assertAnswer(
                get(bob, "/channels/" + channel + "/events?after=2"),
                200,
                "{\"items\":[" + event(3, alice, "message.edited", ",\"target\":2") + ","
                        + event(4, alice, "message.edited", ",\"target\":2,\"content\":\"water?\"")
                        + "],\"lastSequence\":4}");
    }

    @Test
    void aDeletionIsAnsweredWithItsEventAndASecondWithTheFirst() {
        edit(alice, "coffee?");
        String deleted = event(4, alice, "message.deleted", ",\"target\":2");

        assertAnswer(delete(alice), 200, deleted);
        assertAnswer(delete(alice), 200, deleted);
        String empty = message("", ",\"deleted\":true");
        assertAnswer(
                get(bob, "/channels/" + channel + "/messages"), 200, "{\"items\":[" + empty + "],\"lastSequence\":4}");
        assertAnswer(
                get(bob, "/channels/" + channel + "/events?after=1"),
                200,
                "{\"items\":[" + empty + "," + event(3, alice, "message.edited", ",\"target\":2") + "," + deleted
                        + "],\"lastSequence\":4}");
        assertThat(get(bob, "/channels/" + channel).body())
                .contains("\"unread\":0")
                .contains("\"lastMessage\":" + empty);
    }

    @Test
    void anAdministratorDeletesWhereverItIs() {
        String root = fresh("root-");
        HttpResponse<String> deleted =
                RestServer.send(authorized(administrator(root), path("2")).DELETE());

        assertAnswer(deleted, 200, event(3, root, "message.deleted", ",\"target\":2"));
        HttpResponse<String> edited = RestServer.send(authorized(administrator(root), path("2"))
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"content\":\"x\"}")));
        assertNoChannel(edited);
    }

    @Test
    void othersMayNot() {
        assertProblem(edit(bob, "mine"), 403, "forbidden", "Forbidden", ONLY_THE_AUTHOR, "");
        assertProblem(delete(bob), 403, "forbidden", "Forbidden", ONLY_THE_AUTHOR, "");
        assertNoChannel(edit(fresh("carol-"), "mine"));
        assertNoChannel(delete(fresh("carol-")));
    }

    @Test
    void whatIsDeletedIsNotEdited() {
        delete(alice);

        assertProblem(edit(alice, "coffee?"), 409, "conflict", "Conflict", "The message is deleted, and stays so.", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "3", "9223372036854775807"})
    void whatIsNoMessageIsNotFound(String sequence) {
        String detail = "There is no such message, or you may not read it.";

        assertProblem(edit(alice, sequence, "{\"content\":\"x\"}"), 404, "not-found", "Not found", detail, "");
        assertProblem(call(alice, "DELETE", path(sequence)), 404, "not-found", "Not found", detail, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "2.0", "9223372036854775808"})
    void aSequenceIsFromOneOn(String sequence) {
        String range = "must be a whole number from 1 to 9223372036854775807";

        assertInvalid(edit(alice, sequence, "{\"content\":\"x\"}"), "sequence", range);
        assertInvalid(call(alice, "DELETE", path(sequence)), "sequence", range);
    }

    @Test
    void contentIsHeldToTheSameRules() {
        assertInvalid(edit(alice, "2", "{}"), "content", "is required");
        assertInvalid(edit(alice, "2", "{\"content\":7}"), "content", "must be a string");
        assertInvalid(edit(alice, "2", "{\"content\":\" \"}"), "content", "must not be blank");
        assertInvalid(edit(alice, "2", "{\"content\":\"a\\u0000\"}"), "content", "must not hold the character NUL");
        assertInvalid(edit(alice, "2", "{\"content\":\"\\ud800\"}"), "content", "must not hold a lone surrogate");
        assertInvalid(
                edit(alice, "2", "{\"content\":\"" + "x".repeat(16_385) + "\"}"),
                "content",
                "must not be longer than 16384 bytes in UTF-8");
    }

    private HttpResponse<String> edit(String user, String content) {
        return edit(user, "2", "{\"content\":\"" + content + "\"}");
    }

    private HttpResponse<String> edit(String user, String sequence, String json) {
        return call(user, "PATCH", path(sequence), json);
    }

    private HttpResponse<String> delete(String user) {
        return call(user, "DELETE", path("2"));
    }

    private String path(String sequence) {
        return "/channels/" + channel + "/messages/" + sequence;
    }

    private String message(String content, String how) {
        return event(2, alice, "message", content + ",\"clientMessageId\":\"m-1\"" + how);
    }

    private String event(long sequence, String sender, String type, String more) {
        return "{\"type\":\"" + type + "\",\"channel\":\"" + channel + "\",\"sequence\":" + sequence + ",\"sender\":\""
                + sender + "\",\"createdAt\":\"" + NOW + "\"" + more + "}";
    }
}
