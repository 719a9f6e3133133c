package io.touchline.bootstrap.documents;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schemas of a document. A value is good if it is valid and has no field that they do not name; which fields have been
 * seen is kept.
 */
final class Schemas {
    private final JsonNode document;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<JsonNode, Schema> compiled = new IdentityHashMap<>();
    private final Map<JsonNode, String> fields = new IdentityHashMap<>();
    private final Set<JsonNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    Schemas(JsonNode document) {
        this.document = document;
    }

    /** Asks for every field that can be reached from this schema to be seen. */
    void expect(String name, JsonNode schema) {
        expect(name, schema, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private void expect(String name, JsonNode schema, Set<JsonNode> visited) {
        JsonNode at = resolve(schema);
        if (!visited.add(at)) {
            return;
        }
        String here = schema.has("$ref") ? lastPart(schema.get("$ref").asString()) : name;
        branches(at).forEach(branch -> expect(here, branch, visited));
        at.path("properties").properties().forEach(field -> {
            fields.putIfAbsent(field.getValue(), here + "." + field.getKey());
            expect(here + "." + field.getKey(), field.getValue(), visited);
        });
    }

    private static Stream<JsonNode> branches(JsonNode schema) {
        return Stream.of(
                        schema.path("allOf").values().stream(),
                        schema.path("oneOf").values().stream(),
                        Stream.of(schema.path("items"), schema.path("additionalProperties")))
                .flatMap(branch -> branch)
                .filter(JsonNode::isObject);
    }

    /** The fields that were expected and not seen. */
    Set<String> unseen() {
        Set<String> unseen = new TreeSet<>();
        fields.forEach((field, name) -> {
            if (!seen.contains(field)) {
                unseen.add(name);
            }
        });
        return unseen;
    }

    void judge(String what, JsonNode schema, JsonNode value) {
        assertThat(errors(schema, value)).as("%s: %s", what, value).isEmpty();
        look(what, schema, value);
    }

    private void look(String what, JsonNode schema, JsonNode value) {
        List<JsonNode> parts = parts(schema, value);
        value.properties().forEach(field -> look(what, parts, field.getKey(), field.getValue()));
        if (value.isArray()) {
            parts.stream()
                    .filter(part -> part.has("items"))
                    .forEach(part -> value.forEach(each -> look(what, part.get("items"), each)));
        }
    }

    private void look(String what, List<JsonNode> parts, String name, JsonNode value) {
        boolean open = parts.stream().noneMatch(part -> part.has("properties") || part.has("additionalProperties"));
        List<JsonNode> named = parts.stream()
                .map(part -> part.path("properties").has(name)
                        ? part.get("properties").get(name)
                        : part.path("additionalProperties"))
                .filter(JsonNode::isObject)
                .toList();
        assertThat(open || !named.isEmpty())
                .as("%s: the field %s is not documented", what, name)
                .isTrue();
        named.forEach(field -> {
            seen.add(field);
            look(what, field, value);
        });
    }

    /** Every schema that speaks of the value. */
    private List<JsonNode> parts(JsonNode schema, JsonNode value) {
        List<JsonNode> parts = new ArrayList<>();
        JsonNode at = resolve(schema);
        parts.add(at);
        at.path("allOf").forEach(part -> parts.addAll(parts(part, value)));
        at.path("oneOf").forEach(part -> {
            if (errors(part, value).isEmpty()) {
                parts.addAll(parts(part, value));
            }
        });
        return parts;
    }

    private List<Error> errors(JsonNode schema, JsonNode value) {
        return compiled.computeIfAbsent(schema, this::compile)
                .validate(value, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    /** By itself, with what it may refer to. */
    private Schema compile(JsonNode schema) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.setAll((ObjectNode) schema);
        whole.set("components", document.get("components"));
        return registry.getSchema(whole);
    }

    /** What stands there, itself or by reference. */
    JsonNode resolve(JsonNode node) {
        return node.has("$ref")
                ? resolve(document.at(node.get("$ref").asString().substring(1)))
                : node;
    }

    static String lastPart(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }
}
