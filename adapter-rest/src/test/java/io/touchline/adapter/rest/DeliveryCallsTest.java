package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.assertAnswer;
import static io.touchline.adapter.rest.RestServer.assertInvalid;
import static io.touchline.adapter.rest.RestServer.assertProblem;
import static io.touchline.adapter.rest.RestServer.call;
import static io.touchline.adapter.rest.RestServer.channelOf;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.DeliveryState.Reason;
import io.touchline.core.model.DeliveryState.State;
import io.touchline.core.model.Page;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryCallsTest {
    private final String alice = fresh("alice-");
    private final String bob = fresh("bob-");
    private final String carol = fresh("carol-");
    private final String channel = channelOf(alice, bob, carol);

    @Test
    void whatBecameOfAMessageIsToldOfEachReceiver() {
        send();
        acknowledge(new Receipt(new UserId(bob), new ChannelId(channel), 2, 2));
        acknowledge(new Receipt(new UserId(carol), new ChannelId(channel), 2, 0));
        String read = "{\"user\":\"" + bob + "\",\"state\":\"read\"}";
        String delivered = "{\"user\":\"" + carol + "\",\"state\":\"delivered\"}";

        assertAnswer(get(alice, path("2")), 200, "{\"items\":[" + read + "," + delivered + "]}");
        HttpResponse<String> page = get(bob, path("2") + "?limit=1");
        String cursor = page.body()
                .substring(page.body().indexOf("\"next\":\"") + 8, page.body().length() - 2);
        assertAnswer(page, 200, "{\"items\":[" + read + "],\"next\":\"" + cursor + "\"}");
        assertAnswer(get(bob, path("2") + "?limit=200&cursor=" + cursor), 200, "{\"items\":[" + delivered + "]}");
    }

    @Test
    void everyStateHasItsWord() {
        Instant at = Instant.parse("2026-01-02T03:04:05Z");
        UserId user = new UserId("bob");
        Page<DeliveryState> page = new Page<>(
                List.of(
                        new DeliveryState(user, State.READ, null, null),
                        new DeliveryState(user, State.DELIVERED, null, null),
                        new DeliveryState(user, State.DELIVERED, null, at),
                        new DeliveryState(user, State.PUSHED, null, at),
                        new DeliveryState(user, State.PENDING, Reason.WAITING, null),
                        new DeliveryState(user, State.NONE, Reason.MUTED, at),
                        new DeliveryState(user, State.NONE, Reason.NO_DEVICE, at),
                        new DeliveryState(user, State.NONE, Reason.REJECTED, at)),
                null);

        assertThat(new String(Answers.page(page, Answers::delivery).bytes(), StandardCharsets.UTF_8))
                .isEqualTo("""
                        {"items":[
                        {"user":"bob","state":"read"},
                        {"user":"bob","state":"delivered"},
                        {"user":"bob","state":"delivered","at":"2026-01-02T03:04:05.000Z"},
                        {"user":"bob","state":"pushed","at":"2026-01-02T03:04:05.000Z"},
                        {"user":"bob","state":"pending","reason":"waiting"},
                        {"user":"bob","state":"none","reason":"muted","at":"2026-01-02T03:04:05.000Z"},
                        {"user":"bob","state":"none","reason":"no-device","at":"2026-01-02T03:04:05.000Z"},
                        {"user":"bob","state":"none","reason":"rejected","at":"2026-01-02T03:04:05.000Z"}
                        ]}""".replace("\n", ""));
    }

    @Test
    void whoMayNotReadTheMessageIsToldNothing() {
        send();
        call(bob, "DELETE", "/channels/" + channel + "/participants/" + bob);
        send();

        assertThat(get(bob, path("2")).statusCode()).isEqualTo(200);
        assertNoMessage(get(bob, path("4")));
        assertNoMessage(get(fresh("dave-"), path("2")));
        assertNoMessage(get(alice, "/channels/" + fresh("none-") + "/messages/2/delivery"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "3", "4", "9223372036854775807"})
    void whatIsNoMessageHasNone(String sequence) {
        send();
        call(alice, "PATCH", "/channels/" + channel, "{\"name\":\"Tea\"}");

        assertNoMessage(get(alice, path(sequence)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "1.0", "9223372036854775808"})
    void aSequenceInThePathMustBeOne(String sequence) {
        assertInvalid(get(alice, path(sequence)), "sequence", "must be a whole number from 1 to 9223372036854775807");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-x", "a%20b", "%F0%9F%98%80"})
    void aCursorThatIsNoneIsRefused(String cursor) {
        assertInvalid(
                get(alice, path("2") + "?cursor=" + cursor), "cursor", "must be what the page before gave as next");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "201", "ten", ""})
    void aLimitOutOfRangeIsRefused(String limit) {
        assertInvalid(get(alice, path("2") + "?limit=" + limit), "limit", "must be a whole number from 1 to 200");
    }

    @Test
    void itIsOnlyRead() {
        assertThat(call(alice, "DELETE", path("2")).headers().allValues("Allow"))
                .containsExactly("GET");
    }

    private String path(String sequence) {
        return "/channels/" + channel + "/messages/" + sequence + "/delivery";
    }

    private void send() {
        assertThat(call(alice, "POST", "/channels/" + channel + "/messages", "{\"content\":\"hello\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    private static void acknowledge(Receipt receipt) {
        RestServer.STORAGE.ledger().acknowledge(List.of(receipt));
    }

    private static void assertNoMessage(HttpResponse<String> response) {
        assertProblem(response, 404, "not-found", "Not found", "There is no such message, or you may not read it.", "");
    }
}
