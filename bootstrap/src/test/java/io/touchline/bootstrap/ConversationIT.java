package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.adapter.fcm.FcmServer;
import io.touchline.adapter.fcm.FcmServer.Shown;
import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Json;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/** What people do with messages and channels beyond sending, and what their devices and lists show of it. */
class ConversationIT {
    private static final String FOR_EVER = "9999-12-31T23:59:59.999Z";

    private final Cluster cluster = Cluster.shared();
    private final Node api = cluster.api(0);
    private final FcmServer fcm = Backends.fcm();
    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String channel = "c-" + id;
    private final String message = "/channels/" + channel + "/messages/2";
    private final String bobsId = "bob-" + id;
    private final String carolsId = "carol-" + id;
    private final Rest alice = api.as("alice-" + id);
    private final Rest bob = api.as(bobsId);
    private final Rest carol = api.as(carolsId);
    private final Rest root = api.asAdministrator("root-" + id);

    // ---- Editing and deleting

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void editsAndDeletionsReachEverybodyLikeMessagesAndAreNotPushed() {
        carol.registerDevice(carolsId);
        alice.createChannel(channel, List.of(bobsId, carolsId));
        try (Client phone = Client.of(bobsId, api).connect(cluster.socket(0));
                Client own = Client.of("alice-" + id, api).connect(cluster.socket(0))) {
            alice.trySend(channel, "tea?", "m1").expect(201);
            awaitSettled();
            JsonNode edited = alice.patch(message, Map.of("content", "coffee?"))
                    .expect(200)
                    .json();
            JsonNode deleted = root.delete(message).expect(200).json();

            for (Client client : List.of(phone, own)) {
                assertThat(client.await(channel, 3)).isEqualTo(edited);
                assertThat(client.await(channel, 4)).isEqualTo(deleted);
            }
            assertThat(outline(edited)).isEqualTo("3 message.edited of 2 by alice-" + id + ": coffee?");
            assertThat(outline(deleted)).isEqualTo("4 message.deleted of 2 by root-" + id);
            Await.until("the mark of bob", Await.SOON, () -> delivered(bobsId) == 4);
            awaitSettled();
        }
        assertThat(fcm.received(carolsId)).hasSize(1);
        List<JsonNode> missed = list(carol.post("/sync", Map.of("channels", Map.of(channel, 1))), "events");
        assertThat(missed.stream().map(ConversationIT::outline))
                .containsExactly(
                        "2 message by alice-" + id + " deleted",
                        "3 message.edited of 2 by alice-" + id,
                        "4 message.deleted of 2 by root-" + id);
    }

    @Test
    void theSameChangeAgainIsAnsweredWithTheFirst() {
        alice.createChannel(channel, List.of(bobsId));
        JsonNode sent = alice.trySend(channel, "tea?", "m1").expect(201).json();
        assertThat(alice.patch(message, Map.of("content", "tea?")).expect(200).json())
                .isEqualTo(sent);
        String edited =
                alice.patch(message, Map.of("content", "coffee?")).expect(200).text();
        assertThat(alice.patch(message, Map.of("content", "coffee?"))
                        .expect(200)
                        .text())
                .isEqualTo(edited);
        String deleted = alice.delete(message).expect(200).text();
        assertThat(alice.delete(message).expect(200).text()).isEqualTo(deleted);
        assertThat(root.delete(message).expect(200).text()).isEqualTo(deleted);

        assertThat(bob.events(channel, 0)).hasSize(4);
    }

    @Test
    void aMessageReadsAsItIsNowAndADeletionEmptiesItEverywhere() {
        alice.createChannel(channel, List.of(bobsId));
        JsonNode sent = alice.trySend(channel, "tea?", "m1").expect(201).json();
        alice.patch(message, Map.of("content", "coffee?")).expect(200);
        JsonNode edited =
                alice.patch(message, Map.of("content", "water?")).expect(200).json();
        String now = "2 message by alice-" + id + " edited at "
                + edited.get("createdAt").asString() + ": water?";
        assertReads(now, "3 message.edited of 2 by alice-" + id, "4 message.edited of 2 by alice-" + id + ": water?");

        alice.delete(message).expect(200);

        assertReads(
                "2 message by alice-" + id + " deleted",
                "3 message.edited of 2 by alice-" + id,
                "4 message.edited of 2 by alice-" + id,
                "5 message.deleted of 2 by alice-" + id);
        assertThat(alice.trySend(channel, "tea?", "m1").expect(200).json()).isEqualTo(sent);
        alice.trySend(channel, "water?", "m1").expect(409);
        alice.trySend(channel, "coffee?", "m1").expect(409);
    }

    /** What Bob reads, wherever he reads it. */
    private void assertReads(String newest, String... changes) {
        List<String> expected = new ArrayList<>(List.of(newest));
        expected.addAll(List.of(changes));
        assertThat(outlines(bob.get("/channels/" + channel + "/events?after=1"), "items"))
                .isEqualTo(expected);
        assertThat(outlines(bob.post("/sync", Map.of("channels", Map.of(channel, 1))), "events"))
                .isEqualTo(expected);
        assertThat(outlines(bob.get("/channels/" + channel + "/messages"), "items"))
                .containsExactly(newest);
        assertThat(outline(seen(bob).get("lastMessage"))).isEqualTo(newest);
        assertThat(outline(list(bob.get("/channels"), "items").get(0).get("lastMessage")))
                .isEqualTo(newest);
    }

    @Test
    void whatCannotBeChangedIsRefused() {
        alice.createChannel(channel, List.of(bobsId));
        alice.send(channel, "tea?");
        Map<String, String> content = Map.of("content", "x");

        assertProblem(bob.patch(message, content), 403, "forbidden", null);
        assertProblem(bob.delete(message), 403, "forbidden", null);
        assertProblem(root.patch(message, content), 404, "not-found", null);
        assertProblem(carol.patch(message, content), 404, "not-found", null);
        assertProblem(carol.delete(message), 404, "not-found", null);
        assertProblem(new Rest(api.uri(), null).delete(message), 401, "unauthenticated", null);
        for (String sequence : List.of("1", "3", "9223372036854775807")) {
            assertProblem(alice.patch(messages() + sequence, content), 404, "not-found", null);
            assertProblem(alice.delete(messages() + sequence), 404, "not-found", null);
            assertProblem(root.delete(messages() + sequence), 404, "not-found", null);
        }
        for (String sequence : List.of("0", "-1", "two", "9223372036854775808")) {
            assertProblem(alice.patch(messages() + sequence, content), 400, "invalid-request", "sequence");
            assertProblem(alice.delete(messages() + sequence), 400, "invalid-request", "sequence");
        }
        for (Object bad : List.of("", " \n", "a\0b", 5, "x".repeat(16_385))) {
            assertProblem(alice.patch(message, Map.of("content", bad)), 400, "invalid-request", "content");
        }
        assertProblem(alice.patch(message, Map.of()), 400, "invalid-request", "content");
        assertProblem(alice.patch("/channels/a%20b/messages/2", content), 400, "invalid-request", "channel");
        assertProblem(alice.post(message, content), 405, "method-not-allowed", null);
        alice.delete(message).expect(200);
        assertProblem(alice.patch(message, content), 409, "conflict", null);
        assertThat(bob.events(channel, 0)).hasSize(3);
    }

    private String messages() {
        return "/channels/" + channel + "/messages/";
    }

    // ---- Unread and the list

    @Test
    void unreadCountsWhatOthersWroteSinceTheMarkUpToAHundred() {
        alice.createChannel(channel, List.of(bobsId));
        bob.send(channel, "2");
        alice.send(channel, "3");
        alice.send(channel, "4");
        alice.patch(messages() + 3, Map.of("content", "still one")).expect(200);
        assertThat(seen(bob).get("unread").asInt()).isEqualTo(2);
        assertThat(seen(alice).get("unread").asInt()).isEqualTo(1);

        alice.delete(messages() + 4).expect(200);
        assertThat(seen(bob).get("unread").asInt()).isEqualTo(1);
        bob.post("/receipts", Map.of("read", Map.of(channel, 3))).expect(204);
        assertThat(seen(bob).get("unread").asInt()).isZero();
        assertThat(seen(bob).get("read").asLong()).isEqualTo(3);

        store(7, 99);
        assertThat(seen(bob).get("unread").asInt()).isEqualTo(99);
        store(106, 50);
        assertThat(seen(bob).get("unread").asInt()).isEqualTo(100);
        assertThat(list(bob.get("/channels"), "items").get(0).get("unread").asInt())
                .isEqualTo(100);
    }

    @Test
    void theListIsByLatestActivityAndItsPagesStayWhereTheyAre() {
        List<String> channels =
                IntStream.range(0, 5).mapToObj(i -> channel + "-" + i).toList();
        channels.forEach(each -> alice.createChannel(each, List.of(bobsId)));
        JsonNode first = bob.get("/channels?limit=2").expect(200).json();
        alice.send(channels.get(0), "to the top");
        alice.send(channels.get(4), "there already");
        JsonNode second = bob.get(
                        "/channels?limit=2&cursor=" + first.get("next").asString())
                .expect(200)
                .json();

        assertThat(ids(first)).containsExactly(channels.get(4), channels.get(3));
        assertThat(ids(second)).containsExactly(channels.get(2), channels.get(1));
        JsonNode now = bob.get("/channels?limit=3").expect(200).json();
        assertThat(ids(now)).containsExactly(channels.get(4), channels.get(0), channels.get(3));
        assertThat(now.get("items").get(1).get("unread").asInt()).isOne();
        assertThat(now.get("items").get(1).get("lastMessage").get("content").asString())
                .isEqualTo("to the top");
        assertThat(now.get("items").get(2).has("lastMessage")).isFalse();
        assertProblem(bob.get("/channels?cursor=x"), 400, "invalid-request", "cursor");
        for (String limit : List.of("0", "201", "x", "1.0")) {
            assertProblem(bob.get("/channels?limit=" + limit), 400, "invalid-request", "limit");
        }
    }

    // ---- Mute

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void fromAMutedChannelComesNoPush() {
        bob.registerDevice(bobsId);
        alice.createChannel(channel, List.of(bobsId));
        String mute = "/channels/" + channel + "/mute";
        bob.put(mute, Map.of()).expect(204);
        assertThat(seen(bob).get("mutedUntil").asString()).isEqualTo(FOR_EVER);
        assertThat(seen(alice).has("mutedUntil")).isFalse();

        alice.send(channel, "psst");
        awaitSettled();

        assertThat(delivery()).isEqualTo("none muted");
        assertThat(fcm.received(bobsId)).isEmpty();
        bob.put(mute, Map.of("until", "2199-07-01T12:00:00+02:00")).expect(204);
        assertThat(list(bob.get("/channels"), "items").get(0).get("mutedUntil").asString())
                .isEqualTo("2199-07-01T10:00:00.000Z");
        alice.send(channel, "psst");
        awaitSettled();
        assertThat(fcm.received(bobsId)).isEmpty();

        bob.delete(mute).expect(204);
        bob.delete(mute).expect(204);
        assertThat(seen(bob).has("mutedUntil")).isFalse();
        alice.send(channel, "aloud");
        Await.until("a push", Await.SOON, () -> shown(bobsId).equals(List.of(4L)));
    }

    @Test
    void aMuteThatMakesNoSenseIsRefused() {
        alice.createChannel(channel, List.of(bobsId));
        String mute = "/channels/" + channel + "/mute";

        for (Object until : List.of("", "tomorrow", "2199-07-01", "2199-07-01T12:00:00", "2020-01-01T00:00:00Z", 7)) {
            assertProblem(bob.put(mute, Map.of("until", until)), 400, "invalid-request", "until");
        }
        assertProblem(carol.put(mute, Map.of()), 404, "not-found", null);
        assertProblem(carol.delete(mute), 404, "not-found", null);
        assertProblem(bob.get(mute), 405, "method-not-allowed", null);
        assertThat(seen(bob).has("mutedUntil")).isFalse();
    }

    // ---- Badge, and what is read elsewhere

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aPushTellsWhatIsUnreadInAllChannelsAndIsTakenBackWhenReadElsewhere() {
        bob.put("/devices/" + bobsId, Map.of("platform", "ios", "token", bobsId))
                .expect(204);
        alice.createChannel(channel, List.of(bobsId));
        alice.createChannel(channel + "-other", List.of(bobsId));
        alice.send(channel, "one");
        Await.until("a push", Await.SOON, () -> shown(bobsId).equals(List.of(2L)));
        awaitSettled();
        alice.send(channel + "-other", "two");
        Await.until("another push", Await.SOON, () -> shown(bobsId).equals(List.of(2L, 2L)));
        awaitSettled(channel + "-other");
        assertThat(pushes(bobsId)).containsExactly("1 1", "2 2");

        bob.post("/receipts", Map.of("delivered", Map.of(channel, 2))).expect(204);
        bob.post("/receipts", Map.of("read", Map.of(channel, 1))).expect(204);
        bob.post("/receipts", Map.of("read", Map.of(channel, 2))).expect(204);
        bob.post("/receipts", Map.of("read", Map.of(channel, 2))).expect(204);
        Await.until(
                "the other channel alone",
                Await.SOON,
                () -> fcm.shown(bobsId).stream().map(Shown::channel).toList().equals(List.of(channel + "-other")));

        assertThat(fcm.received(bobsId)).hasSize(3);
        Map<?, ?> silent = fcm.received(bobsId).get(2);
        assertThat(silent.get("data"))
                .isEqualTo(Map.of("type", "read", "channel", channel, "sequence", "2", "badge", "1"));
        assertThat(silent.containsKey("notification")).isFalse();
        assertThat(Json.write(silent.get("apns"))).contains("\"content-available\":1", "\"background\"");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void whoWasPushedNothingIsToldNothingWhenHeReads() {
        carol.registerDevice(carolsId);
        bob.registerDevice(bobsId);
        alice.createChannel(channel, List.of(bobsId, carolsId));
        try (Client client = Client.of(bobsId, api).connect(cluster.socket(0))) {
            alice.send(channel, "hello");
            client.await(channel, 2);
            awaitSettled();
        }
        bob.post("/receipts", Map.of("read", Map.of(channel, 2))).expect(204);
        carol.post("/receipts", Map.of("read", Map.of(channel, 2))).expect(204);

        Await.until(
                "carol's phone to be told", Await.SOON, () -> shown(carolsId).isEmpty());
        assertThat(fcm.received(carolsId)).hasSize(2);
        assertThat(fcm.received(bobsId)).isEmpty();
    }

    // ---- Direct channels

    @Test
    void twoPeopleHaveOneDirectChannel() {
        Answer made = alice.post("/channels", Map.of("direct", bobsId)).expect(201);
        Answer found = bob.post("/channels", Map.of("direct", "alice-" + id)).expect(200);
        String direct = made.json().get("id").asString();

        assertThat(found.json().get("id").asString()).isEqualTo(direct);
        assertThat(alice.post("/channels", Map.of("direct", bobsId)).expect(200).json())
                .isEqualTo(made.json());
        String participants = "/channels/" + direct + "/participants/";
        assertProblem(alice.put(participants + carolsId, Map.of()), 409, "conflict", null);
        assertProblem(alice.delete(participants + "alice-" + id), 409, "conflict", null);
        assertProblem(carol.get("/channels/" + direct), 404, "not-found", null);
        assertProblem(alice.post("/channels", Map.of("direct", "alice-" + id)), 400, "invalid-request", "direct");
        assertProblem(
                alice.post("/channels", Map.of("direct", bobsId, "name", "us")), 400, "invalid-request", "direct");
        assertProblem(
                alice.post("/channels", Map.of("id", direct, "participants", List.of())), 400, "invalid-request", "id");
    }

    // ---- Reset and left

    @Test
    void whoIsMoreThanAThousandEventsBehindIsResetAndShowsTheNewest() {
        alice.createChannel(channel, List.of(bobsId));
        alice.createChannel(channel + "-other", List.of(bobsId));
        store(2, 1_001);
        Map<String, Integer> known = Map.of(channel, 1, channel + "-other", 0);

        JsonNode missed =
                bob.post("/sync", Map.of("channels", known)).expect(200).json();

        assertThat(missed.get("channels").toString())
                .isEqualTo("[{\"channel\":\"" + channel + "\",\"lastSequence\":1002,\"reset\":true},{\"channel\":\""
                        + channel + "-other\",\"lastSequence\":1}]");
        assertThat(missed.get("events")).hasSize(1);
        assertThat(missed.get("events").get(0).get("channel").asString()).isEqualTo(channel + "-other");
        assertThat(missed.get("more").asBoolean()).isFalse();
        List<JsonNode> newest = list(bob.get("/channels/" + channel + "/messages?limit=3"), "items");
        assertThat(newest.stream().map(event -> event.get("sequence").asLong()))
                .containsExactly(1_000L, 1_001L, 1_002L);

        JsonNode less = bob.post("/sync", Map.of("channels", Map.of(channel, 2)))
                .expect(200)
                .json();
        assertThat(less.get("events")).hasSize(500);
        assertThat(less.get("more").asBoolean()).isTrue();
        assertThat(less.get("channels").get(0).has("reset")).isFalse();
    }

    @Test
    void whatIsNoLongerHisIsToldAsLeft() {
        alice.createChannel(channel, List.of(bobsId));
        alice.send(channel, "2");
        root.delete("/channels/" + channel + "/participants/" + bobsId).expect(204);
        alice.send(channel, "4");

        JsonNode missed = bob.post("/sync", Map.of("channels", Map.of(channel, 1, channel + "-never", 5)))
                .expect(200)
                .json();

        assertThat(missed.get("left").toString()).isEqualTo("[{\"channel\":\"" + channel + "\",\"sequence\":3}]");
        assertThat(missed.get("channels")).isEmpty();
        assertThat(outlines(missed.get("events")))
                .containsExactly("2 message by alice-" + id + ": 2", "3 participant.left by root-" + id);
        JsonNode unnamed =
                bob.post("/sync", Map.of("channels", Map.of())).expect(200).json();
        assertThat(unnamed.get("left")).isEmpty();
        assertThat(unnamed.get("epoch").asString())
                .isEqualTo(missed.get("epoch").asString())
                .isNotBlank();
        bob.put("/channels/" + channel + "/participants/" + bobsId, Map.of()).expect(404);
    }

    // ---- What the tests share

    /** Puts further messages of Alice's into the log, as if they had been sent long ago. */
    private void store(long first, int count) {
        String events = """
                insert into touchline_event (channel, sequence, type, sender, created_at, content)
                select ?, s, 2, ?, current_timestamp, 'message ' || s from generate_series(?, ?) s""";
        try (Connection connection = cluster.database().dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement(events);
                PreparedStatement update =
                        connection.prepareStatement("update touchline_channel set last_sequence = ? where id = ?")) {
            long last = first + count - 1;
            insert.setString(1, channel);
            insert.setString(2, "alice-" + id);
            insert.setLong(3, first);
            insert.setLong(4, last);
            insert.executeUpdate();
            update.setLong(1, last);
            update.setString(2, channel);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode seen(Rest reader) {
        return reader.get("/channels/" + channel).expect(200).json();
    }

    private long delivered(String user) {
        return alice.participant(channel, user).get("delivered").asLong();
    }

    /** What became of the message for Bob. */
    private String delivery() {
        JsonNode state = list(alice.get(message + "/delivery"), "items").get(0);
        return state.get("state").asString() + " " + state.get("reason").asString();
    }

    private void awaitSettled() {
        awaitSettled(channel);
    }

    private void awaitSettled(String which) {
        Await.until(
                which + " to owe nothing", Await.SOON, () -> !cluster.database().owes(List.of(which)));
    }

    private List<Long> shown(String device) {
        return fcm.shown(device).stream().map(Shown::sequence).toList();
    }

    /** What was announced to a device: the badge in the data, and the one on the icon. */
    private List<String> pushes(String device) {
        return fcm.received(device).stream()
                .map(push -> ((Map<?, ?>) push.get("data")).get("badge") + " "
                        + Json.read(Json.write(push))
                                .at("/apns/payload/aps/badge")
                                .asInt())
                .toList();
    }

    private static void assertProblem(Answer answer, int status, String type, String field) {
        JsonNode problem = answer.expect(status).json();
        assertThat(answer.response().headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(problem.get("type").asString()).isEqualTo("urn:touchline:problem:" + type);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.at("/errors/0/field").asString("")).isEqualTo(field == null ? "" : field);
    }

    private static List<JsonNode> list(Answer answer, String field) {
        List<JsonNode> items = new ArrayList<>();
        answer.expect(200).json().get(field).forEach(items::add);
        return items;
    }

    private static List<String> ids(JsonNode page) {
        List<String> ids = new ArrayList<>();
        page.get("items").forEach(item -> ids.add(item.get("id").asString()));
        return ids;
    }

    private static List<String> outlines(Answer answer, String field) {
        return outlines(answer.expect(200).json().get(field));
    }

    private static List<String> outlines(JsonNode events) {
        List<String> outlines = new ArrayList<>();
        events.forEach(event -> outlines.add(outline(event)));
        return outlines;
    }

    private static String outline(JsonNode event) {
        return event.get("sequence").asLong() + " " + event.get("type").asString()
                + (event.has("target") ? " of " + event.get("target").asLong() : "")
                + " by " + event.get("sender").asString()
                + (event.has("edited") ? " edited" : "")
                + (event.has("editedAt") ? " at " + event.get("editedAt").asString() : "")
                + (event.has("deleted") ? " deleted" : "")
                + (event.has("content") ? ": " + event.get("content").asString() : "");
    }
}
