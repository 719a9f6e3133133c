package io.touchline.bootstrap.harness;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON text, read and written. */
public final class Json {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}

    public static JsonNode read(String text) {
        return MAPPER.readTree(text);
    }

    /** Of maps, lists, texts and numbers. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
