package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.NOW;
import static io.touchline.adapter.rest.RestServer.assertInvalid;
import static io.touchline.adapter.rest.RestServer.assertNoChannel;
import static io.touchline.adapter.rest.RestServer.assertNoContent;
import static io.touchline.adapter.rest.RestServer.authorized;
import static io.touchline.adapter.rest.RestServer.call;
import static io.touchline.adapter.rest.RestServer.channelOf;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.get;
import static io.touchline.adapter.rest.RestServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MuteCallsTest {
    private final String alice = fresh("alice-");
    private final String bob = fresh("bob-");
    private final String channel = channelOf(alice, bob);
    private final String mute = "/channels/" + channel + "/mute";

    @ParameterizedTest
    @CsvSource({
        "2026-01-02T03:04:05.007Z, 2026-01-02T03:04:05.007Z",
        "2030-07-01T12:00:00+02:00, 2030-07-01T10:00:00.000Z",
        "2030-07-01t10:00:00.123456789z, 2030-07-01T10:00:00.123Z",
        "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z"
    })
    void aChannelIsMutedUntilATime(String until, String shown) {
        assertNoContent(call(bob, "PUT", mute, "{\"until\":\"" + until + "\"}"));

        assertThat(mutedUntil(bob)).isEqualTo(shown);
        assertThat(get(bob, "/channels").body()).contains("\"mutedUntil\":\"" + shown + "\"}");
        assertThat(mutedUntil(alice)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"until\":null}"})
    void withoutAnEndItIsForEver(String body) {
        assertNoContent(call(bob, "PUT", mute, body));

        assertThat(mutedUntil(bob)).isEqualTo("9999-12-31T23:59:59.999Z");
    }

    @Test
    void withoutABodyItIsForEver() {
        assertNoContent(call(bob, "PUT", mute));
        assertThat(mutedUntil(bob)).isEqualTo("9999-12-31T23:59:59.999Z");

        assertNoContent(call(bob, "PUT", mute, "{\"until\":\"2030-07-01T10:00:00Z\"}"));
        HttpResponse<String> typed = RestServer.send(authorized(token(bob), mute)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.noBody()));
        assertNoContent(typed);
        assertThat(mutedUntil(bob)).isEqualTo("9999-12-31T23:59:59.999Z");
    }

    @Test
    void itIsLifted() {
        call(bob, "PUT", mute);

        assertNoContent(call(bob, "DELETE", mute));
        assertNoContent(call(bob, "DELETE", mute));

        assertThat(mutedUntil(bob)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"tomorrow\"",
                "\"2030-07-01\"",
                "\"2030-07-01T10:00:00\"",
                "\"2030-07-01T10:00Z\"",
                "\"2030-07-01 10:00:00Z\"",
                "\"2030-02-30T10:00:00Z\"",
                "\"2030-07-01T24:00:01Z\"",
                "\"2030-07-01T10:00:00+0200\"",
                "\"+12030-07-01T10:00:00Z\"",
                "\"2030-07-01T10:00:00.1234567890Z\""
            })
    void anEndIsATimeOfRfc3339(String until) {
        assertInvalid(
                call(bob, "PUT", mute, "{\"until\":" + until + "}"),
                "until",
                "must be a time of RFC 3339, such as 2030-12-31T23:59:59Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {NOW, "2025-07-01T10:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00"})
    void anEndIsStillToCome(String until) {
        assertInvalid(
                call(bob, "PUT", mute, "{\"until\":\"" + until + "\"}"),
                "until",
                "must be a time that is still to come, before the year 10000");
    }

    @Test
    void anEndIsAString() {
        assertInvalid(call(bob, "PUT", mute, "{\"until\":1798714800}"), "until", "must be a string");
    }

    @Test
    void othersMuteNothing() {
        String carol = fresh("carol-");

        assertNoChannel(call(carol, "PUT", mute));
        assertNoChannel(call(carol, "DELETE", mute));
        call(bob, "DELETE", "/channels/" + channel + "/participants/" + bob);
        assertNoChannel(call(bob, "PUT", mute));
    }

    private String mutedUntil(String user) {
        String body = get(user, "/channels/" + channel).body();
        int at = body.indexOf("\"mutedUntil\":\"");
        return at < 0 ? null : body.substring(at + 14, body.length() - 2);
    }
}
