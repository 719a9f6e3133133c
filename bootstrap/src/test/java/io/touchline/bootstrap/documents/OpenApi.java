package io.touchline.bootstrap.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.harness.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Holds calls and their answers against the OpenAPI document, and knows what of it was not seen yet. */
public final class OpenApi {
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final int FIRST_ERROR = 400;

    private final JsonNode document;
    private final Schemas schemas;
    private final List<Operation> operations = new ArrayList<>();
    private final Set<String> seen = new TreeSet<>();

    /** One call of the document. */
    public record Operation(String id, String method, String path, JsonNode node) {
        /** Every status, as a number. */
        public Set<Integer> statuses() {
            return node.get("responses").propertyNames().stream()
                    .map(Integer::valueOf)
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        public boolean hasBody() {
            return node.has("requestBody");
        }

        private boolean matches(String asked, String called) {
            String template = Stream.of(path.split("(?=\\{)|(?<=\\})"))
                    .map(part -> part.startsWith("{") ? "[^/]+" : Pattern.quote(part))
                    .collect(Collectors.joining());
            return method.equals(asked) && called.matches(template);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    public OpenApi(JsonNode document) {
        this.document = document;
        this.schemas = new Schemas(document);
        document.get("paths")
                .properties()
                .forEach(path -> METHODS.stream()
                        .filter(method -> path.getValue().has(method.toLowerCase(Locale.ROOT)))
                        .forEach(method -> add(path.getKey(), method, path.getValue())));
    }

    private void add(String path, String method, JsonNode item) {
        JsonNode node = item.get(method.toLowerCase(Locale.ROOT));
        operations.add(new Operation(node.get("operationId").asString(), method, path, node));
    }

    /** Those that are called under this path. */
    public List<Operation> operations(String below) {
        return operations.stream()
                .filter(operation -> operation.path.startsWith(below))
                .toList();
    }

    public Operation operation(String id) {
        return operations.stream()
                .filter(operation -> operation.id.equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** By path, the methods that it does not have. */
    public Map<String, Set<String>> otherMethods(String below) {
        return operations(below).stream()
                .collect(Collectors.groupingBy(
                        Operation::path,
                        Collectors.collectingAndThen(
                                Collectors.mapping(Operation::method, Collectors.toSet()),
                                known -> METHODS.stream()
                                        .filter(method -> !known.contains(method))
                                        .collect(Collectors.toSet()))));
    }

    /** Asks for everything of these operations to be seen. */
    public void expect(List<Operation> expected) {
        expected.forEach(operation -> {
            operation.node.get("responses").properties().forEach(response -> {
                JsonNode content = content(schemas.resolve(response.getValue()));
                String name = response.getValue().has("$ref")
                        ? Schemas.lastPart(response.getValue().get("$ref").asString())
                        : operation.id + "." + response.getKey();
                schemas.expect(name, content.path("schema"));
            });
            schemas.expect(
                    operation.id + ".body",
                    content(operation.node.path("requestBody")).path("schema"));
        });
    }

    /**
     * Fails unless the document tells of such an answer; of a call that went well, the request is looked at too.
     *
     * @param path with or without a query
     */
    public void judge(String method, String path, String body, Answer answer) {
        Operation operation = operations.stream()
                .filter(each -> each.matches(method, path.replaceAll("\\?.*", "")))
                .findFirst()
                .orElseThrow(() -> new AssertionError(method + " " + path + " is not documented"));
        String what = operation + " answered " + answer.status();
        JsonNode response = schemas.resolve(operation.node.get("responses").path(Integer.toString(answer.status())));
        assertThat(response.isObject())
                .as("%s %s, which is not documented", what, answer.text())
                .isTrue();
        seen.add(operation + " " + answer.status());
        judgeHeaders(what, response, answer);
        judgeContent(what, response, answer);
        if (answer.status() < FIRST_ERROR && !body.isEmpty()) {
            schemas.judge(
                    what + " to", content(operation.node.get("requestBody")).get("schema"), Json.read(body));
        }
    }

    private static void judgeHeaders(String what, JsonNode response, Answer answer) {
        response.path("headers")
                .propertyNames()
                .forEach(name -> assertThat(answer.response().headers().allValues(name))
                        .as("%s: %s", what, name)
                        .hasSize(1));
    }

    private void judgeContent(String what, JsonNode response, Answer answer) {
        if (!response.has("content")) {
            assertThat(answer.text()).as(what).isEmpty();
            return;
        }
        String type = response.get("content").propertyNames().iterator().next();
        assertThat(answer.response().headers().firstValue("Content-Type").orElse(""))
                .as(what)
                .matches(Pattern.quote(type) + "(?i)(; ?charset=utf-8)?");
        if (type.endsWith("json")) {
            schemas.judge(what, content(response).get("schema"), answer.json());
        }
    }

    private static JsonNode content(JsonNode node) {
        return node.path("content").isEmpty()
                ? node.path("content")
                : node.get("content").values().iterator().next();
    }

    /** The statuses of these operations that no answer had. */
    public Set<String> unseenStatuses(List<Operation> expected) {
        return expected.stream()
                .flatMap(operation -> operation.statuses().stream().map(status -> operation + " " + status))
                .filter(status -> !seen.contains(status))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The fields that were expected and not seen, in answers or in requests that went well. */
    public Set<String> unseenFields() {
        return schemas.unseen();
    }
}
