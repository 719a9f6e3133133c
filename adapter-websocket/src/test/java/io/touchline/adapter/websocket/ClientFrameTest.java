package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.touchline.core.model.ChannelId;
import java.net.ProtocolException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFrameTest {
    @Test
    void framesOfTheContractAreRead() throws Exception {
        assertThat(ClientFrame.parse("{\"type\":\"ping\"}")).isEqualTo(new ClientFrame.Ping());
        assertThat(ClientFrame.parse(" { \"token\" : \"a.b.c\", \"type\" : \"renew\" } "))
                .isEqualTo(new ClientFrame.Renew("a.b.c"));
        assertThat(ClientFrame.parse("{\"type\":\"receipt\",\"delivered\":{\"a\":9223372036854775807,\"b\":0},"
                        + "\"read\":{\"direct:x_Y-~.@\":7}}"))
                .isEqualTo(new ClientFrame.Receipt(
                        Map.of(new ChannelId("a"), Long.MAX_VALUE, new ChannelId("b"), 0L),
                        Map.of(new ChannelId("direct:x_Y-~.@"), 7L)));
        assertThat(ClientFrame.parse("{\"type\":\"receipt\"}")).isEqualTo(new ClientFrame.Receipt(Map.of(), Map.of()));
    }

    @Test
    void whatTheContractDoesNotNameIsPassedOver() throws Exception {
        assertThat(ClientFrame.parse("{\"id\":1,\"more\":{\"type\":\"x\",\"a\":[1,{}]},\"type\":\"ping\",\"n\":null}"))
                .isEqualTo(new ClientFrame.Ping());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}",
                "[]",
                "null",
                "ping",
                "\"ping\"",
                "{\"type\":\"ping\"",
                "{\"type\":\"ping\"}}",
                "{\"type\":\"ping\"} {}",
                "{\"type\":\"Ping\"}",
                "{\"type\":null}",
                "{\"type\":[\"ping\"]}",
                "{\"type\":\"ping\",\"type\":\"ping\"}",
                "{type:\"ping\"}",
                "{'type':'ping'}",
                "{\"type\":\"ping\",}",
                "{\"type\":\"message\"}",
                "{\"type\":\"renew\"}",
                "{\"type\":\"renew\",\"token\":7}",
                "{\"type\":\"renew\",\"token\":null}",
                "{\"type\":\"receipt\",\"delivered\":[]}",
                "{\"type\":\"receipt\",\"delivered\":null}",
                "{\"type\":\"receipt\",\"delivered\":{\"a\":-1}}",
                "{\"type\":\"receipt\",\"delivered\":{\"a\":1.0}}",
                "{\"type\":\"receipt\",\"delivered\":{\"a\":1e3}}",
                "{\"type\":\"receipt\",\"delivered\":{\"a\":\"1\"}}",
                "{\"type\":\"receipt\",\"delivered\":{\"a\":9223372036854775808}}",
                "{\"type\":\"receipt\",\"delivered\":{\"a\":1,\"a\":2}}",
                "{\"type\":\"receipt\",\"delivered\":{\"\":1}}",
                "{\"type\":\"receipt\",\"delivered\":{\"a b\":1}}",
                "{\"type\":\"receipt\",\"read\":{\"_a\":1}}",
                "{\"type\":\"ping\",\"deep\":[[[[[[[[[[]]]]]]]]]]}"
            })
    void anythingElseIsNotOfTheContract(String text) {
        assertThatThrownBy(() -> ClientFrame.parse(text)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aReceiptHasABoundOfChannels() throws Exception {
        assertThat(ClientFrame.parse(receipt(1_000, 1_000))).isInstanceOf(ClientFrame.Receipt.class);
        assertThatThrownBy(() -> ClientFrame.parse(receipt(1_001, 1_000))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aTokenIsNotShown() {
        assertThat(new ClientFrame.Renew("secret")).hasToString("Renew");
    }

    private static String receipt(int delivered, int read) {
        return "{\"type\":\"receipt\",\"delivered\":" + marks(delivered) + ",\"read\":" + marks(read) + "}";
    }

    private static String marks(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"c" + i + "\":" + i)
                .collect(Collectors.joining(",", "{", "}"));
    }
}
