package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.NOW;
import static io.touchline.adapter.rest.RestServer.assertAnswer;
import static io.touchline.adapter.rest.RestServer.assertInvalid;
import static io.touchline.adapter.rest.RestServer.assertNoChannel;
import static io.touchline.adapter.rest.RestServer.assertProblem;
import static io.touchline.adapter.rest.RestServer.call;
import static io.touchline.adapter.rest.RestServer.channelOf;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.UserId;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCallsTest {
    private final String alice = fresh("alice-");
    private final String bob = fresh("bob-");
    private final String channel = channelOf(alice, bob);

    @Test
    void aMessageIsAnsweredWithItsEventAndARepeatWithTheFirst() {
        String event = event(2, "hello", "m-1");

        assertAnswer(send("{\"content\":\"hello\",\"clientMessageId\":\"m-1\"}"), 201, event);
        assertAnswer(send("{\"content\":\"hello\",\"clientMessageId\":\"m-1\"}"), 200, event);
        assertAnswer(send("{\"content\":\"hello\"}"), 201, event(3, "hello", null));
    }

    @Test
    void anotherContentUnderTheSameClientMessageIdIsAConflict() {
        send("{\"content\":\"hello\",\"clientMessageId\":\"m-1\"}");
        String detail = "You sent another content under that clientMessageId: use a new one for a new message.";

        assertProblem(
                send("{\"content\":\"other\",\"clientMessageId\":\"m-1\"}"),
                409,
                "conflict",
                "Conflict",
                detail,
                ",\"errors\":[{\"field\":\"clientMessageId\",\"message\":\"" + detail + "\"}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "line\\nbreak \\\"quoted\\\" \\\\ \\t",
                "\u2028 \u2029 \u00a0 \uFEFF",
                "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 \uD83C\uDDEA\uD83C\uDDFA",
                "\u05e9\u05dc\u05d5\u05dd e\u0301",
                "</script> // \u007f"
            })
    void theAnswerIsTheFrameByteForByte(String content) {
        String answer = send("{\"content\":\"" + content + "\",\"clientMessageId\":\"m-1\"}")
                .body();

        assertThat(answer.getBytes(StandardCharsets.UTF_8)).isEqualTo(frame(stored(2)));
        assertThat(answer).contains("\"content\":\"" + content + "\"");
        assertAnswer(
                get(bob, "/channels/" + channel + "/events?after=1"),
                200,
                "{\"items\":[" + answer + "],\"lastSequence\":2}");
    }

    @Test
    void anEscapedPairIsOneCharacter() {
        send("{\"content\":\"\\ud83d\\ude00\\u0041\"}");

        assertThat(((Event.Message) stored(2).body()).content()).isEqualTo("\uD83D\uDE00A");
    }

    @Test
    void contentMustBeThereAndBeText() {
        assertInvalid(send("{}"), "content", "is required");
        assertInvalid(send("{\"content\":null}"), "content", "is required");
        assertInvalid(send("{\"content\":5}"), "content", "must be a string");
        assertInvalid(send("{\"content\":{}}"), "content", "must be a string");
        assertInvalid(send("{\"content\":\"x\",\"clientMessageId\":5}"), "clientMessageId", "must be a string");
    }

    @Test
    void contentMustBeTextThatEveryClientCanShow() {
        assertInvalid(send("{\"content\":\"\"}"), "content", "must not be blank");
        assertInvalid(send("{\"content\":\" \\n\\t\"}"), "content", "must not be blank");
        assertInvalid(send("{\"content\":\"a\\u0000b\"}"), "content", "must not hold the character NUL");
        assertInvalid(send("{\"content\":\"a\\ud800b\"}"), "content", "must not hold a lone surrogate");
        assertInvalid(send("{\"content\":\"a\\udc00\"}"), "content", "must not hold a lone surrogate");
        assertInvalid(send("{\"content\":\"\\ud83d\"}"), "content", "must not hold a lone surrogate");
    }

    @Test
    void contentIsBoundedInBytesOfUtf8() {
        String most = "\u00e9".repeat(8_192);

        assertThat(send("{\"content\":\"" + most + "\"}").statusCode()).isEqualTo(201);
        assertInvalid(
                send("{\"content\":\"" + most + "x\"}"), "content", "must not be longer than 16384 bytes in UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\\nb", "\\ud800"})
    void aClientMessageIdIsBounded(String id) {
        String message = "has 1 to 64 characters and no control characters";

        assertInvalid(send("{\"content\":\"x\",\"clientMessageId\":\"" + id + "\"}"), "clientMessageId", message);
        assertInvalid(
                send("{\"content\":\"x\",\"clientMessageId\":\"" + "i".repeat(65) + "\"}"), "clientMessageId", message);
    }

    @Test
    void theLogIsReadFromASequenceOn() {
        String two = send("{\"content\":\"two\"}").body();
        String three = send("{\"content\":\"three\"}").body();
        String path = "/channels/" + channel + "/events";

        assertAnswer(get(bob, path + "?after=1&limit=1"), 200, "{\"items\":[" + two + "],\"lastSequence\":3}");
        assertAnswer(get(bob, path + "?after=2"), 200, "{\"items\":[" + three + "],\"lastSequence\":3}");
        assertAnswer(get(bob, path + "?after=9&limit=500"), 200, "{\"items\":[],\"lastSequence\":3}");
        assertThat(get(bob, path).body())
                .isEqualTo("{\"items\":[{\"type\":\"channel.created\",\"channel\":\"" + channel
                        + "\",\"sequence\":1,\"sender\":\"" + alice + "\",\"createdAt\":\"" + NOW
                        + "\",\"participants\":[\"" + alice + "\",\"" + bob + "\"],\"participantCount\":2}," + two + ","
                        + three + "],\"lastSequence\":3}");
    }

    @Test
    void messagesAreReadBackFromTheEnd() {
        String two = send("{\"content\":\"two\"}").body();
        String three = send("{\"content\":\"three\"}").body();
        String path = "/channels/" + channel + "/messages";

        assertAnswer(get(bob, path), 200, "{\"items\":[" + two + "," + three + "],\"lastSequence\":3}");
        assertAnswer(get(bob, path + "?limit=1"), 200, "{\"items\":[" + three + "],\"lastSequence\":3}");
        assertAnswer(get(bob, path + "?before=3"), 200, "{\"items\":[" + two + "],\"lastSequence\":3}");
        assertAnswer(get(bob, path + "?before=1&limit=200"), 200, "{\"items\":[],\"lastSequence\":3}");
    }

    @Test
    void numbersInTheQueryHaveARange() {
        String path = "/channels/" + channel;
        String sequences = "must be a whole number from 0 to 9223372036854775807";

        assertInvalid(get(bob, path + "/events?limit=501"), "limit", "must be a whole number from 1 to 500");
        assertInvalid(get(bob, path + "/events?limit=0"), "limit", "must be a whole number from 1 to 500");
        assertInvalid(get(bob, path + "/events?after=-1"), "after", sequences);
        assertInvalid(get(bob, path + "/events?after=9223372036854775808"), "after", sequences);
        assertInvalid(get(bob, path + "/events?after=x"), "after", sequences);
        assertInvalid(get(bob, path + "/messages?limit=201"), "limit", "must be a whole number from 1 to 200");
        assertInvalid(
                get(bob, path + "/messages?before=0"),
                "before",
                "must be a whole number from 1 to 9223372036854775807");
    }

    @Test
    void othersNeitherReadNorWrite() {
        String carol = fresh("carol-");
        String path = "/channels/" + channel;

        assertNoChannel(call(carol, "POST", path + "/messages", "{\"content\":\"x\"}"));
        assertNoChannel(get(carol, path + "/messages"));
        assertNoChannel(get(carol, path + "/events"));
    }

    private HttpResponse<String> send(String json) {
        return call(alice, "POST", "/channels/" + channel + "/messages", json);
    }

    private Event stored(long sequence) {
        return RestServer.STORAGE
                .messages()
                .events(new ChannelId(channel), new UserId(alice), sequence - 1, 1)
                .orElseThrow()
                .items()
                .get(0);
    }

    private static byte[] frame(Event event) {
        return new JsonEventEncoder().encode(event).bytes();
    }

    private String event(long sequence, String content, String id) {
        return new String(
                frame(new Event(
                        new ChannelId(channel),
                        sequence,
                        new UserId(alice),
                        Instant.parse(NOW),
                        Event.Message.of(content, id))),
                StandardCharsets.UTF_8);
    }
}
