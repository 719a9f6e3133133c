package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.NOW;
import static io.touchline.adapter.rest.RestServer.assertInvalid;
import static io.touchline.adapter.rest.RestServer.assertNoContent;
import static io.touchline.adapter.rest.RestServer.call;
import static io.touchline.adapter.rest.RestServer.channelOf;
import static io.touchline.adapter.rest.RestServer.fresh;
import static io.touchline.adapter.rest.RestServer.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Draft;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyncCallsTest {
    private static final String SEQUENCE = "must be a whole number from 0 to 9223372036854775807";
    private static final String CHANNEL =
            "a channel id has 1 to 64 characters out of A-Z a-z 0-9 . _ ~ @ : - and begins with a letter or digit";

    private final String alice = fresh("alice-");
    private final String bob = fresh("bob-");
    private final String channel = channelOf(alice, bob);

    @Test
    void syncBringsWhatIsMissing() {
        String event = message("hi");

        HttpResponse<String> missed = sync("{\"channels\":{\"" + channel + "\":1}}");
        assertThat(missed.statusCode()).isEqualTo(200);
        assertThat(missed.headers().allValues("Content-Type")).containsExactly("application/json");
        assertThat(missed.body())
                .matches("\\Q{\"events\":[" + event + "],\"channels\":[{\"channel\":\"" + channel
                        + "\",\"lastSequence\":2}],\"left\":[],\"epoch\":\"\\E[^\"]+\\Q\",\"more\":false}\\E");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"channels\":{}}", "{\"channels\":null}"})
    void aChannelThatIsNotNamedGivesItsHead(String body) {
        assertThat(sync(body).body())
                .startsWith("{\"events\":[],\"channels\":[{\"channel\":\"" + channel + "\",\"lastSequence\":1}],");
    }

    @Test
    void whatWasLeftIsTold() {
        call(bob, "DELETE", "/channels/" + channel + "/participants/" + bob);

        assertThat(sync("{\"channels\":{\"" + channel + "\":2}}").body())
                .startsWith(
                        "{\"events\":[],\"channels\":[],\"left\":[{\"channel\":\"" + channel + "\",\"sequence\":2}],");
    }

    @Test
    void whoIsTooFarBehindIsReset() {
        List<Draft.Send> messages = IntStream.rangeClosed(1, 1_001)
                .mapToObj(i -> new Draft.Send(
                        new ChannelId(channel), new UserId(alice), Instant.parse(NOW), "hi", "m-" + i, false))
                .toList();
        RestServer.STORAGE.messages().append(messages, Duration.ZERO);

        assertThat(sync("{\"channels\":{\"" + channel + "\":1}}").body())
                .startsWith("{\"events\":[],\"channels\":[{\"channel\":\"" + channel
                        + "\",\"lastSequence\":1002,\"reset\":true}],");
    }

    @Test
    void tooManyChannelsAreRefused() {
        String many = IntStream.rangeClosed(0, 2_000)
                .mapToObj(i -> "\"c" + i + "\":1")
                .collect(Collectors.joining(","));

        assertInvalid(sync("{\"channels\":{" + many + "}}"), "channels", "name at most 2000 channels at once");
    }

    @Test
    void receiptsMoveMarksAndNeverBack() {
        message("two");
        message("three");

        assertNoContent(receipts("{\"delivered\":{\"" + channel + "\":3},\"read\":{\"" + channel + "\":2}}"));
        assertMarks(3, 2);
        assertNoContent(receipts("{\"delivered\":{\"" + channel + "\":1}}"));
        assertMarks(3, 2);
        assertNoContent(receipts("{\"read\":{\"" + channel + "\":99}}"));
        assertMarks(3, 3);
    }

    @Test
    void receiptsOfOthersChannelsArePassedOver() {
        assertNoContent(receipts("{\"delivered\":{\"" + fresh("c-") + "\":1,\"" + channelOf(alice) + "\":1}}"));
        assertNoContent(receipts("{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "9223372036854775808", "1e3", "1.0", "\"1\"", "null", "true", "{}", "[1]"})
    void aSequenceIsAWholeNumber(String number) {
        assertInvalid(receipts("{\"delivered\":{\"c1\":" + number + "}}"), "delivered.c1", SEQUENCE);
        assertInvalid(receipts("{\"read\":{\"c1\":" + number + "}}"), "read.c1", SEQUENCE);
        assertInvalid(sync("{\"channels\":{\"c1\":" + number + "}}"), "channels.c1", SEQUENCE);
    }

    @Test
    void sequencesStandByChannel() {
        assertInvalid(sync("{\"channels\":[1]}"), "channels", "must be an object with sequences by channel");
        assertInvalid(receipts("{\"read\":5}"), "read", "must be an object with sequences by channel");
        assertInvalid(sync("{\"channels\":{\"a b\":1}}"), "channels", CHANNEL);
        assertInvalid(receipts("{\"delivered\":{\"\":1}}"), "delivered", CHANNEL);
    }

    private String message(String content) {
        return call(alice, "POST", "/channels/" + channel + "/messages", "{\"content\":\"" + content + "\"}")
                .body();
    }

    private HttpResponse<String> sync(String json) {
        return call(bob, "POST", "/sync", json);
    }

    private HttpResponse<String> receipts(String json) {
        return call(bob, "POST", "/receipts", json);
    }

    private void assertMarks(long delivered, long read) {
        assertThat(get(alice, "/channels/" + channel + "/participants").body())
                .contains("{\"user\":\"" + bob + "\",\"delivered\":" + delivered + ",\"read\":" + read
                        + ",\"joinedAt\":\"" + NOW + "\"}");
    }
}
