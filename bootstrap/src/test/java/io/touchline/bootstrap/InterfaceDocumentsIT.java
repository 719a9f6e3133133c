package io.touchline.bootstrap;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.documents.AsyncApi;
import io.touchline.bootstrap.documents.OpenApi;
import io.touchline.bootstrap.documents.OpenApi.Operation;
import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Database;
import io.touchline.bootstrap.harness.FaultProxy;
import io.touchline.bootstrap.harness.Json;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.RawClient;
import io.touchline.bootstrap.harness.Redis;
import io.touchline.bootstrap.harness.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The two documents tell what nodes answer and send, and nothing else: whatever comes is looked up in them, and whatever is
 * in them has to come.
 */
class InterfaceDocumentsIT {
    private static final String BASE = "/api/v1";
    private static final String FOREIGN = "https://elsewhere.example";
    private static final String JSON = "application/json";
    private static final int TOO_MANY_BYTES = 128 * 1024 + 1;
    private static final int TOO_LONG_A_FRAME = 64 * 1024 + 1;
    private static final int MORE_THAN_SYNC_BRINGS = 1_001;

    /** The ids with which calls are tried that are to be refused. */
    private static final Map<String, String> PLACES =
            Map.of("{channel}", "tea", "{user}", "bob", "{sequence}", "2", "{device}", "phone");

    /** A good body of each call that has one. */
    private static final Map<String, String> BODIES = Map.ofEntries(
            entry("createChannel", "{\"participants\":[]}"),
            entry("renameChannel", "{\"name\":\"Tea\"}"),
            entry("sendMessage", "{\"content\":\"hello\"}"),
            entry("editMessage", "{\"content\":\"hello\"}"),
            entry("mute", "{}"),
            entry("acknowledge", "{\"read\":{\"tea\":1}}"),
            entry("sync", "{}"),
            entry("registerDevice", "{\"platform\":\"web\",\"token\":\"t\"}"));

    /** A defect is not to be had for the asking (adapter-rest brings it about), and the base asks nobody. */
    private static boolean isOutOfReach(String unseen) {
        return unseen.endsWith(" 500") || unseen.startsWith("InternalError.") || unseen.equals("GET /api/v1 503");
    }

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static FaultProxy databaseLine;
    private static FaultProxy strictRedis;
    private static Cluster cluster;
    private static Node api;
    private static Node socket;
    private static Node strict;
    private static OpenApi openApi;
    private static AsyncApi asyncApi;

    @BeforeAll
    static void start() {
        Redis redis = Redis.start();
        Database database = Backends.newDatabase();
        databaseLine = FaultProxy.before(database.port());
        strictRedis = FaultProxy.before(redis.port());
        cluster = Cluster.of("documents", database.behind(databaseLine), redis.port());
        api = cluster.newApi();
        socket = cluster.newSocket();
        strict = cluster.newSocket()
                .set("spring.data.redis.port", Integer.toString(strictRedis.port()))
                .set("touchline.socket.heartbeat", "1s")
                .set("touchline.socket.max-connections-per-user", "1");
        List<Node> nodes = List.of(api, socket, strict);
        nodes.forEach(Node::launch);
        nodes.forEach(Node::awaitReady);
        openApi = new OpenApi(document("openapi.json"));
        asyncApi = new AsyncApi(document("asyncapi.json"));
    }

    private static JsonNode document(String name) {
        return send("GET", BASE + "/" + name, "", null).expect(200).json();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        strictRedis.close();
        databaseLine.close();
    }

    // ---- REST

    @Test
    void everyCallAnswersWhatTheDocumentTellsAndNothingElse() {
        openApi.expect(calls());
        callsGoWell();
        callsAreRefused();
        methodsThatAreNotThereAreRefused();
        callsFindNoDatabase();

        assertThat(Stream.concat(openApi.unseenStatuses(calls()).stream(), openApi.unseenFields().stream())
                        .filter(unseen -> !isOutOfReach(unseen)))
                .isEmpty();
    }

    /** All but the one of standalone, whose test looks at it. */
    private static List<Operation> calls() {
        return openApi.operations("/").stream()
                .filter(call -> !call.id().equals("devToken"))
                .toList();
    }

    private static void callsGoWell() {
        files();
        channels();
        messages();
        whoHasWhat();
        catchingUp();
        direct();
        devices();
        ask("root", "DELETE", "/users/mallory/connections", "", 204);
        ask("bob", "DELETE", "/users/mallory/connections", "", 403);
    }

    private static void files() {
        for (Operation file : calls()) {
            if (file.statuses().contains(304)) {
                Answer first = judged("GET", file.path(), "", null).expect(200);
                String tag = first.response().headers().firstValue("ETag").orElseThrow();
                judged("GET", file.path(), "", null, "If-None-Match", tag).expect(304);
            }
        }
        judged("GET", BASE, "", null).expect(200);
    }

    private static void channels() {
        String tea = "{\"id\":\"tea\",\"name\":\"Tea\",\"participants\":[\"bob\",\"carol\"]}";
        ask("alice", "POST", "/channels", tea, 201);
        ask("alice", "POST", "/channels", tea, 200);
        ask("eve", "POST", "/channels", tea, 409);
        ask("alice", "POST", "/channels", "{\"participants\":[\"bob bob\"]}", 400);
        ask("alice", "PATCH", "/channels/tea", "{\"name\":\"Tea at four\"}", 200); // 2
        ask("alice", "PUT", "/channels/tea/participants/dave", "", 204); // 3
        ask("dave", "DELETE", "/channels/tea/participants/dave", "", 204); // 4
        ask("alice", "DELETE", "/channels/tea/participants/bob", "", 403);
        ask("alice", "PUT", "/channels/tea/mute", "{\"until\":\"2999-01-01T00:00:00+01:00\"}", 204);
        ask("alice", "GET", "/channels/tea/participants?limit=1", "", 200);
    }

    private static void messages() {
        String first = "{\"content\":\"Who is in?\",\"clientMessageId\":\"first\"}";
        ask("alice", "POST", "/channels/tea/messages", first, 201); // 5
        ask("alice", "POST", "/channels/tea/messages", first, 200);
        ask("alice", "POST", "/channels/tea/messages", first.replace("in?", "out?"), 409);
        ask("alice", "POST", "/channels/tea/messages", "{\"content\":\"oops\"}", 201); // 6
        ask("alice", "DELETE", "/channels/tea/messages/6", "", 200); // 7
        ask("alice", "PATCH", "/channels/tea/messages/6", "{\"content\":\"again\"}", 409);
        ask("alice", "PATCH", "/channels/tea/messages/5", "{\"content\":\"Who is in today?\"}", 200); // 8
        ask("bob", "PATCH", "/channels/tea/messages/5", "{\"content\":\"mine\"}", 403);
        ask("alice", "GET", "/channels/tea/messages?before=99&limit=10", "", 200);
        ask("alice", "GET", "/channels/tea/events?after=0&limit=10", "", 200);
        ask("alice", "GET", "/channels/tea", "", 200);
        ask("alice", "DELETE", "/channels/tea/mute", "", 204);
        ask("alice", "POST", "/channels/tea/typing", "", 204);
    }

    private static void whoHasWhat() {
        ask("bob", "POST", "/receipts", "{\"delivered\":{\"tea\":8},\"read\":{\"tea\":5}}", 204);
        ask("alice", "GET", "/channels/tea/messages/5/delivery?limit=1", "", 200);
        Await.until(
                "carol to be given up",
                Await.SOON,
                () -> ask("alice", "GET", "/channels/tea/messages/5/delivery", "", 200)
                        .text()
                        .contains("\"at\""));
        Await.until(
                "bob to have been seen",
                Await.SOON,
                () -> ask("alice", "GET", "/presence?user=bob&user=alice", "", 200)
                        .text()
                        .contains("\"lastSeen\""));
    }

    private static void catchingUp() {
        ask("dave", "POST", "/sync", "{\"channels\":{\"tea\":3}}", 200);
        ask("alice", "POST", "/sync", "{\"channels\":{\"tea\":0}}", 200);
        ask("alice", "POST", "/channels", "{\"id\":\"long\",\"participants\":[]}", 201);
        cluster.database().lengthen("long", "alice", MORE_THAN_SYNC_BRINGS);
        assertThat(ask("alice", "POST", "/sync", "{\"channels\":{\"long\":0}}", 200)
                        .text())
                .contains("\"reset\":true");
        ask("alice", "GET", "/channels?limit=1", "", 200);
    }

    private static void direct() {
        String direct = ask("alice", "POST", "/channels", "{\"direct\":\"bob\"}", 201)
                .json()
                .get("id")
                .asString();
        ask("bob", "POST", "/channels", "{\"direct\":\"alice\"}", 200);
        ask("alice", "PUT", "/channels/" + direct + "/participants/carol", "", 409);
        ask("alice", "DELETE", "/channels/" + direct + "/participants/alice", "", 409);
    }

    private static void devices() {
        for (String platform : List.of("android", "ios", "web")) {
            String device = "{\"platform\":\"" + platform + "\",\"token\":\"" + platform + "\"}";
            ask("eve", "PUT", "/devices/" + platform, device, 204);
            ask("eve", "DELETE", "/devices/" + platform, "", 204);
        }
    }

    /** What is wrong with the request itself is refused by every call alike. */
    private static void callsAreRefused() {
        for (Operation call : calls()) {
            if (!call.statuses().contains(401)) {
                refused(call, "alice", 403, "Origin", FOREIGN);
                continue;
            }
            String path = path(call);
            String body = BODIES.getOrDefault(call.id(), "");
            judged(call.method(), path + "?limit=%ff%fe", body, "alice").expect(400);
            judged(call.method(), path, body, null, "Authorization", "Bearer nonsense")
                    .expect(401);
            refused(call, "alice", 403, "Origin", FOREIGN);
            refused(call, "alice", 406, "Accept", "text/html");
            judged(call.method(), path, "{" + " ".repeat(TOO_MANY_BYTES), "alice")
                    .expect(413);
            if (call.hasBody()) {
                refused(call, "alice", 415, "Content-Type", "text/plain");
            }
            if (call.statuses().contains(404)) {
                judged(call.method(), path.replace("/tea", "/unknown"), body, "alice")
                        .expect(404);
            }
        }
    }

    private static void refused(Operation call, String user, int status, String... headers) {
        judged(call.method(), path(call), BODIES.getOrDefault(call.id(), ""), user, headers)
                .expect(status);
    }

    private static String path(Operation call) {
        String path = call.path();
        for (Map.Entry<String, String> place : PLACES.entrySet()) {
            path = path.replace(place.getKey(), place.getValue());
        }
        return path;
    }

    private static void methodsThatAreNotThereAreRefused() {
        openApi.otherMethods(BASE)
                .forEach((path, methods) -> methods.forEach(method -> {
                    String concrete = path.replace("{channel}", "tea").replaceAll("\\{\\w+}", "2");
                    Answer answer = send(method, concrete, "", "root").expect(405);
                    assertThat(answer.response().headers().allValues("Allow").stream()
                                    .flatMap(allow -> Arrays.stream(allow.split(", ?"))))
                            .as("%s", path)
                            .doesNotContain(method)
                            .hasSize(5 - methods.size());
                }));
    }

    /** All at once, since each takes a while to be given up. */
    private static void callsFindNoDatabase() {
        List<Operation> calls = openApi.operations(BASE).stream()
                .filter(call -> call.statuses().contains(503) && !isOutOfReach(call + " 503"))
                .toList();
        databaseLine.cut();
        try {
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (Operation call : calls) {
                String query = call.id().equals("getPresence") ? "?user=bob" : "";
                answers.add(sendAsync(
                        call.method(), path(call) + query, BODIES.getOrDefault(call.id(), ""), token("root")));
            }
            for (int i = 0; i < calls.size(); i++) {
                Answer answer = answers.get(i).join();
                openApi.judge(calls.get(i).method(), path(calls.get(i)), "", answer.expect(503));
            }
        } finally {
            databaseLine.heal();
        }
        Await.until("the database to be back", Await.SOON, api::isReady);
    }

    private static Answer ask(String user, String method, String path, String body, int status) {
        return judged(method, BASE + path, body, user).expect(status);
    }

    private static Answer judged(String method, String path, String body, String user, String... headers) {
        Answer answer = send(method, path, body, user, headers);
        openApi.judge(method, path, body, answer);
        return answer;
    }

    private static Answer send(String method, String path, String body, String user, String... headers) {
        return sendAsync(method, path, body, user == null ? null : token(user), headers)
                .join();
    }

    private static String token(String user) {
        return user.equals("root") ? Tokens.ofAdministrator(user) : Tokens.of(user);
    }

    /** @param token null for none */
    private static CompletableFuture<Answer> sendAsync(
            String method, String path, String body, String token, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.uri() + path))
                .timeout(Duration.ofSeconds(20))
                .setHeader("Content-Type", JSON)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (token != null) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return HTTP.sendAsync(request.build(), BodyHandlers.ofString())
                .thenApply(response -> new Answer(response.statusCode(), response.body(), response));
    }

    // ---- Sockets

    @Test
    void everyFrameAndEveryCloseIsWhatTheDocumentTellsAndNothingElse() {
        try (RawClient silent = connect(strict, "mia")) {
            conversation();
            tokensThatEnd();
            whatNoClientSays();
            whoMayNotConnect();
            assertThat(closeOf(silent)).isEqualTo(4408); // it has answered nothing meanwhile
        }
        nodesInTrouble();

        assertThat(asyncApi.unseen()).isEmpty();
    }

    private static void conversation() {
        try (RawClient ivy = connect(socket, "ivy")) {
            ivy.await("ready");
            call("heidi", "POST", "/channels", "{\"id\":\"jam\",\"name\":\"Jam\",\"participants\":[\"ivy\"]}");
            call("heidi", "POST", "/channels/jam/messages", "{\"content\":\"a\",\"clientMessageId\":\"a\"}"); // 2
            call("heidi", "POST", "/channels/jam/messages", "{\"content\":\"b\"}"); // 3
            call("heidi", "PATCH", "/channels/jam/messages/2", "{\"content\":\"c\"}"); // 4
            call("heidi", "DELETE", "/channels/jam/messages/3", ""); // 5
            call("heidi", "PUT", "/channels/jam/participants/judy", ""); // 6
            call("judy", "DELETE", "/channels/jam/participants/judy", ""); // 7
            call("heidi", "PATCH", "/channels/jam", "{\"name\":\"Jams\"}"); // 8
            ivy.await("channel.renamed");
            // without a receipt what was sent comes again, as it now reads
            ivy.await("message", "edited");
            ivy.await("message", "deleted");
            say(ivy, Map.of("type", "receipt", "delivered", Map.of("jam", 8), "read", Map.of("jam", 3)));
            call("heidi", "POST", "/receipts", "{\"read\":{\"jam\":8}}");
            ivy.await("marks");
            call("heidi", "POST", "/channels/jam/typing", "");
            ivy.await("typing");
            say(ivy, Map.of("type", "ping"));
            ivy.await("pong");
            say(ivy, Map.of("type", "renew", "token", Tokens.of("ivy")));
        }
    }

    private static void tokensThatEnd() {
        try (RawClient client = connect(socket, Tokens.of("ken", Duration.ofSeconds(30)), "ken")) {
            client.await("expiring");
            say(client, Map.of("type", "renew", "token", "nonsense"));
            assertThat(closeOf(client)).isEqualTo(4401);
        }
    }

    private static void whatNoClientSays() {
        byte[] latin = "{\"type\":\"p\u00efng\"}".getBytes(StandardCharsets.ISO_8859_1);
        closesWith(4400, client -> client.say(RawClient.TEXT, "{\"type\":\"shout\"}".getBytes(StandardCharsets.UTF_8)));
        closesWith(1003, client -> client.say(RawClient.BINARY, new byte[1]));
        closesWith(1007, client -> client.say(RawClient.TEXT, latin));
        closesWith(1009, client -> client.say(RawClient.TEXT, new byte[TOO_LONG_A_FRAME]));
        closesWith(1002, client -> client.sayUnmasked("{}".getBytes(StandardCharsets.UTF_8)));
    }

    private interface Fault {
        RawClient commit(RawClient client);
    }

    private static void closesWith(int code, Fault fault) {
        try (RawClient client = connect(socket, "mallory")) {
            client.await("ready");
            assertThat(closeOf(fault.commit(client))).isEqualTo(code);
        }
    }

    private static void whoMayNotConnect() {
        turnedAway(socket, 401, 4401, "nonsense");
        turnedAway(socket, 403, 4403, Tokens.of("leo"), "Origin: " + FOREIGN);
        try (RawClient first = connect(strict, "leo")) {
            first.await("ready");
            turnedAway(strict, 429, 4429, Tokens.of("leo"));
        }
    }

    /** A program is told by the status, a browser by the code. */
    private static void turnedAway(Node node, int status, int code, String token, String... headers) {
        try (RawClient program = open(node, with(headers, "Authorization: Bearer " + token));
                RawClient browser =
                        open(node, with(headers, "Sec-WebSocket-Protocol: touchline.v1, bearer." + token))) {
            assertThat(program.status()).isEqualTo(status);
            assertThat(closeOf(browser)).isEqualTo(code);
        }
    }

    private static String[] with(String[] headers, String one) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add(one);
        return all.toArray(String[]::new);
    }

    private static void nodesInTrouble() {
        try (RawClient client = connect(socket, "nina")) {
            client.await("ready");
            api.pause();
            try {
                client.await("sync");
            } finally {
                api.resume();
            }
            socket.beginStop();
            client.await("goodbye");
            assertThat(closeOf(client)).isEqualTo(1012);
        }
        strictRedis.cut();
        Await.until("a newcomer to be turned away", Await.SOON, () -> {
            try (RawClient program = open(strict, "Authorization: Bearer " + Tokens.of("oscar"))) {
                return program.status() == 503; // 429 while the one before still counts
            }
        });
        turnedAway(strict, 503, 1013, Tokens.of("oscar"));
    }

    private static RawClient connect(Node node, String user) {
        return connect(node, Tokens.of(user), user);
    }

    private static RawClient connect(Node node, String token, String user) {
        RawClient client = open(node, "Authorization: Bearer " + token);
        assertThat(client.isConnected()).as(user).isTrue();
        return client;
    }

    private static RawClient open(Node node, String... headers) {
        RawClient client = new RawClient(node, asyncApi::hear, headers);
        asyncApi.answered(client.status());
        return client;
    }

    private static void say(RawClient client, Map<String, Object> frame) {
        String text = Json.write(frame);
        asyncApi.say(Json.read(text));
        client.say(RawClient.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static int closeOf(RawClient client) {
        int code = client.awaitClose();
        asyncApi.closed(code);
        return code;
    }

    private static void call(String user, String method, String path, String body) {
        assertThat(send(method, BASE + path, body, user).status()).isIn(200, 201, 204);
    }
}
