package io.touchline.adapter.rest;

import io.touchline.adapter.rest.ProblemException.Kind;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON object that a request brings, read field by field. A field that nobody asks for is ignored, since clients are
 * newer than servers at times; null is as good as absent.
 */
final class Body {
    /** Longest body, in bytes. */
    static final int MAX_BYTES = 128 * 1024;

    /** So much of a body that is too long is read and thrown away. */
    private static final int MAX_DRAINED = 2 * 1024 * 1024;

    private static final Semaphore DRAINS = new Semaphore(8);

    /** Deeper than anything that is asked for. */
    private static final int MAX_DEPTH = 32;

    private static final Pattern RFC_3339 = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)", Pattern.CASE_INSENSITIVE);

    private static final JsonMapper MAPPER = new JsonMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build());

    private final JsonNode object;

    private Body(JsonNode object) {
        this.object = object;
    }

    static Body parse(byte[] json) {
        JsonNode node = tree(json);
        if (!node.isObject()) {
            throw new ProblemException(Kind.INVALID_REQUEST, "The body is not a JSON object.");
        }
        return new Body(node);
    }

    private static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(utf8(json));
        } catch (JacksonException e) {
            throw new ProblemException(Kind.INVALID_REQUEST, "The body is not good JSON" + where(e) + ".");
        }
    }

    /** Strictly: the parser itself takes overlong forms, and other encodings too. */
    private static String utf8(byte[] json) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ProblemException(Kind.INVALID_REQUEST, "The body is not UTF-8.");
        }
    }

    private static String where(JacksonException e) {
        return e.getLocation() == null
                ? ""
                : ": see line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    static ProblemException unsupported() {
        return new ProblemException(Kind.UNSUPPORTED_MEDIA_TYPE, "Bodies are application/json, in UTF-8: say so.");
    }

    static ProblemException brokenOff() {
        return new ProblemException(Kind.INVALID_REQUEST, "The body is missing, or broke off.");
    }

    /** What is left of the body is not waited for, so the connection is of no more use. */
    static ProblemException tooLarge() {
        return new ProblemException(Kind.BODY_TOO_LARGE, "A body has at most " + MAX_BYTES + " bytes.")
                .with(HttpHeaders.CONNECTION, "close");
    }

    /**
     * Reads on for a while, since many clients look at no answer before they have sent all. For a few at a time only: who
     * sends slowly holds a thread meanwhile, and must not hold them all.
     */
    static void drain(InputStream rest) throws IOException {
        if (DRAINS.tryAcquire()) {
            try {
                rest.skip(MAX_DRAINED);
            } finally {
                DRAINS.release();
            }
        }
    }

    boolean has(String field) {
        return get(field) != null;
    }

    String text(String field) {
        return text(field, required(field));
    }

    @Nullable String optionalText(String field) {
        JsonNode value = get(field);
        return value == null ? null : text(field, value);
    }

    /** RFC 3339, which is narrower than what Java reads; null if the field is absent. */
    @Nullable Instant optionalTime(String field) {
        String value = optionalText(field);
        if (value == null) {
            return null;
        }
        try {
            if (RFC_3339.matcher(value).matches()) {
                return OffsetDateTime.parse(value).toInstant();
            }
        } catch (DateTimeParseException e) {
            // refused below, like any other text: there is no such day or hour
        }
        throw ProblemException.invalid(field, "must be a time of RFC 3339, such as 2030-12-31T23:59:59Z");
    }

    UserId user(String field) {
        return Input.user(field, text(field));
    }

    List<UserId> users(String field) {
        JsonNode value = required(field);
        if (!value.isArray()) {
            throw ProblemException.invalid(field, "must be an array of user ids");
        }
        List<UserId> users = new ArrayList<>();
        for (JsonNode each : value.values()) {
            String path = field + '[' + users.size() + ']';
            users.add(Input.user(path, text(path, each)));
        }
        return users;
    }

    /** Sequences by channel; none if the field is absent. */
    Map<ChannelId, Long> sequences(String field) {
        JsonNode value = get(field);
        if (value == null) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw ProblemException.invalid(field, "must be an object with sequences by channel");
        }
        Map<ChannelId, Long> sequences = new HashMap<>();
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            ChannelId channel = Input.channel(field, each.getKey());
            sequences.put(channel, sequence(field + '.' + channel, each.getValue()));
        }
        return sequences;
    }

    private static long sequence(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw ProblemException.invalid(field, "must be a whole number from 0 to " + Long.MAX_VALUE);
        }
        return value.longValue();
    }

    private static String text(String field, JsonNode value) {
        if (!value.isString()) {
            throw ProblemException.invalid(field, "must be a string");
        }
        return value.stringValue();
    }

    private JsonNode required(String field) {
        JsonNode value = get(field);
        if (value == null) {
            throw ProblemException.invalid(field, "is required");
        }
        return value;
    }

    private @Nullable JsonNode get(String field) {
        JsonNode value = object.get(field);
        return value == null || value.isNull() ? null : value;
    }
}
