package io.touchline.adapter.websocket;

import io.touchline.core.model.ChannelId;
import java.net.ProtocolException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** What a client says. */
sealed interface ClientFrame {
    /** How far it is. */
    record Receipt(Map<ChannelId, Long> delivered, Map<ChannelId, Long> read) implements ClientFrame {}

    /** Is the line good? */
    record Ping() implements ClientFrame {}

    /** A fresh token. */
    record Renew(String token) implements ClientFrame {
        @Override
        public String toString() {
            return "Renew"; // a token is nobody's to read
        }
    }

    /**
     * Reads a frame. Members that the contract does not name are passed over, so that newer clients can say more.
     *
     * @throws ProtocolException if it is not one of the contract: not JSON, another type, a member of the wrong kind or
     *     twice, a malformed id, more than 2,000 channels
     */
    static ClientFrame parse(String text) throws ProtocolException {
        return new Parser().parse(text);
    }

    /** Reads one frame. */
    final class Parser {
        private static final int MAX_CHANNELS = 2_000;
        private static final JsonFactory JSON = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES) // clients choose them
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(8)
                        .maxNumberLength(32)
                        .build())
                .build();

        private @Nullable String type;
        private @Nullable String token;
        private final Map<ChannelId, Long> delivered = new HashMap<>();
        private final Map<ChannelId, Long> read = new HashMap<>();

        private ClientFrame parse(String text) throws ProtocolException {
            try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), text)) {
                check(in.nextToken() == JsonToken.START_OBJECT);
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    readMember(in);
                }
                check(in.nextToken() == null);
            } catch (JacksonException | IllegalArgumentException e) {
                throw notOurs();
            }
            return frame();
        }

        private void readMember(JsonParser in) throws ProtocolException {
            String name = in.currentName();
            in.nextToken();
            switch (name) {
                case "type" -> type = readString(in);
                case "token" -> token = readString(in);
                case "delivered" -> readMarks(in, delivered);
                case "read" -> readMarks(in, read);
                default -> in.skipChildren();
            }
        }

        private static String readString(JsonParser in) throws ProtocolException {
            check(in.currentToken() == JsonToken.VALUE_STRING);
            return in.getString();
        }

        private void readMarks(JsonParser in, Map<ChannelId, Long> marks) throws ProtocolException {
            check(in.currentToken() == JsonToken.START_OBJECT);
            while (in.nextToken() != JsonToken.END_OBJECT) {
                ChannelId channel = new ChannelId(in.currentName());
                check(in.nextToken() == JsonToken.VALUE_NUMBER_INT && in.getLongValue() >= 0);
                marks.put(channel, in.getLongValue());
                check(delivered.size() + read.size() <= MAX_CHANNELS);
            }
        }

        private ClientFrame frame() throws ProtocolException {
            if ("receipt".equals(type)) {
                return new Receipt(delivered, read);
            }
            if ("ping".equals(type)) {
                return new Ping();
            }
            if ("renew".equals(type) && token != null) {
                return new Renew(token);
            }
            throw notOurs();
        }

        private static void check(boolean holds) throws ProtocolException {
            if (!holds) {
                throw notOurs();
            }
        }

        private static ProtocolException notOurs() {
            return new ProtocolException("not a frame of the contract");
        }
    }
}
