package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The page: how it is served. What it does is tried in browsers. */
class PageTest {
    private static final Path FILES = Path.of("src/main/resources/io/touchline/adapter/rest/page");

    @ParameterizedTest
    @CsvSource({
        "'', text/html",
        "page/app.js, text/javascript",
        "page/page.css, text/css",
        "page/icon.svg, image/svg+xml",
        "page/settings.json, application/json"
    })
    void anybodyGetsItUnderAStrictPolicy(String path, String type) {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
        assertThat(response.headers().allValues("Content-Security-Policy"))
                .containsExactly("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                        + "connect-src 'self' wss://chat.example.com; base-uri 'none'; form-action 'none'; "
                        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
        assertThat(response.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(response.headers().allValues("X-Frame-Options")).containsExactly("DENY");
        assertThat(response.headers().allValues("Referrer-Policy")).containsExactly("no-referrer");
        assertThat(response.headers().allValues("Cross-Origin-Opener-Policy")).containsExactly("same-origin");
        assertThat(response.headers().allValues("Set-Cookie")).isEmpty();
    }

    @Test
    void itsFilesAreKeptButAskedForAgain() {
        HttpResponse<String> first = get("page/app.js");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> same = send(request("page/app.js").header("If-None-Match", tag));

        assertThat(first.headers().allValues("Cache-Control")).containsExactly("no-cache");
        assertThat(first.headers().allValues("Last-Modified")).isEmpty();
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(get("").headers().allValues("Cache-Control")).containsExactly("no-cache");
    }

    @Test
    void itIsToldHowPeopleSignIn() {
        HttpResponse<String> settings = get("page/settings.json");

        assertThat(settings.body()).isEqualTo("{\"names\":false}");
        assertThat(settings.headers().allValues("Cache-Control")).containsExactly("no-store");
    }

    @ParameterizedTest
    @CsvSource({
        "page/, 404",
        "page/none.js, 404",
        "page/../RestSettings.class, 400",
        "page/..%2fRestSettings.class, 400"
    })
    void nothingElseIsThere(String path, int status) {
        assertThat(get(path).statusCode()).isEqualTo(status);
    }

    @Test
    void itIsOnlyRead() {
        assertThat(send(request("page/app.js").POST(BodyPublishers.ofString("x")))
                        .statusCode())
                .isEqualTo(405);
    }

    static Stream<Path> files() throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.list(FILES)) {
            files = all.toList();
        }
        return files.stream();
    }

    /** What the policy would not let through anyway, but what an older browser might. */
    @ParameterizedTest
    @MethodSource("files")
    void noFileTakesTextForMarkUp(Path file) throws Exception {
        assertThat(Files.readString(file))
                .doesNotContainPattern(
                        "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function")
                .doesNotContainPattern("<[a-z]+[^>]*\\s(on[a-z]+|style)=");
    }

    /** A file that is not asked for at once is asked for late, one after the other. */
    @Test
    void everyModuleIsNamedBeforehand() throws Exception {
        String index = Files.readString(FILES.resolve("index.html"));
        List<String> named = Pattern.compile("(?:modulepreload\" href|module\" src)=\"page/([^\"]+)\"")
                .matcher(index)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        files().map(file -> file.getFileName().toString())
                                .filter(name -> name.endsWith(".js"))
                                .toList());
    }

    private static HttpResponse<String> get(String path) {
        return send(request(path));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + RestServer.port() + "/" + path));
    }
}
