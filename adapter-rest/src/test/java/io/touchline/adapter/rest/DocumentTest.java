package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.request;
import static io.touchline.adapter.rest.RestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How the documents of the interface are served, and that they tell of every route. What is answered is tried in bootstrap. */
class DocumentTest {
    @Test
    void everyRouteIsDocumentedAndNoOther() {
        Set<String> documented = new TreeSet<>();
        read("openapi.json")
                .get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .propertyNames()
                        .forEach(method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        documented.remove("POST /dev/token"); // standalone's own
        Set<String> routes = RestServer.routes();
        routes.removeIf(route -> route.contains("/page/")); // what the page asks its own server

        assertThat(routes).isEqualTo(documented);
    }

    @Test
    void bothDocumentsMeanTheSameByTheSameNames() {
        JsonNode openApi = read("openapi.json").at("/components/schemas");
        JsonNode asyncApi = read("asyncapi.json").at("/components/schemas");
        Set<String> shared =
                asyncApi.propertyNames().stream().filter(openApi::has).collect(Collectors.toCollection(TreeSet::new));

        assertThat(shared).contains("Message", "ChannelCreated", "SequencesByChannel");
        shared.forEach(
                name -> assertThat(asyncApi.get(name)).as("schema %s", name).isEqualTo(openApi.get(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"openapi.json", "asyncapi.json"})
    void whatIsReferredToIsThere(String name) {
        JsonNode document = read(name);
        Set<String> references = document.findValuesAsString("$ref").stream().collect(Collectors.toSet());

        assertThat(references).isNotEmpty();
        references.forEach(
                reference -> assertThat(document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
        assertThat(components(document)).as("what nothing refers to").allMatch(references::contains);
    }

    /** Security schemes are not referred to like the others. */
    private static Stream<String> components(JsonNode document) {
        return document.get("components").properties().stream()
                .filter(kind -> !kind.getKey().equals("securitySchemes"))
                .flatMap(kind -> kind.getValue().propertyNames().stream()
                        .map(component -> "#/components/" + kind.getKey() + "/" + component));
    }

    @ParameterizedTest
    @CsvSource({
        "openapi.json, openapi.json, application/json",
        "asyncapi.json, asyncapi.json, application/json",
        "docs, docs/docs.html, text/html;charset=UTF-8",
        "docs/docs.js, docs/docs.js, text/javascript;charset=UTF-8",
        "docs/docs.css, docs/docs.css, text/css;charset=UTF-8"
    })
    void anybodyGetsThemAndIsToldWhenTheyAreOld(String path, String file, String type) throws IOException {
        HttpResponse<String> first = send(request("/" + path));
        String tag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> same = send(request("/" + path).header("If-None-Match", tag));

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body())
                .isEqualTo(new String(
                        RestConfiguration.class.getResourceAsStream(file).readAllBytes(), StandardCharsets.UTF_8));
        assertThat(first.headers().allValues("Content-Type"))
                .extracting(MediaType::parseMediaType)
                .containsExactly(MediaType.parseMediaType(type));
        assertThat(first.headers().allValues("Cache-Control")).containsExactly("no-cache");
        assertThat(first.headers().allValues("Set-Cookie")).isEmpty();
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
    }

    @Test
    void thePageMayDoNothingButShowThem() {
        HttpResponse<String> page = send(request("/docs"));

        assertThat(page.headers().allValues("Content-Security-Policy"))
                .containsExactly("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                        + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                        + "require-trusted-types-for 'script'; trusted-types 'none'");
        assertThat(page.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
    }

    @Test
    void theyAreOnlyReadAndOnlyByPagesOfOriginsThatMayCall() {
        HttpResponse<String> post = send(request("/openapi.json").POST(BodyPublishers.ofString("{}")));
        HttpResponse<String> allowed = send(request("/openapi.json").header("Origin", RestServer.ORIGIN));
        HttpResponse<String> other = send(request("/openapi.json").header("Origin", "https://evil.example.com"));

        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(allowed.headers().allValues("Access-Control-Allow-Origin")).containsExactly(RestServer.ORIGIN);
        assertThat(other.statusCode()).isEqualTo(403);
    }

    private static JsonNode read(String name) {
        return new JsonMapper().readTree(RestConfiguration.class.getResourceAsStream(name));
    }
}
