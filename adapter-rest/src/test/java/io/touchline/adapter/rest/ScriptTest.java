package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.MediaType;

/** The JavaScript client: how it is served, and what its own tests say, where there is a Node to run them. */
class ScriptTest {
    @ParameterizedTest
    @CsvSource({"touchline.js, text/javascript;charset=UTF-8", "touchline.d.ts, text/plain;charset=UTF-8"})
    void anybodyGetsTheClientWithItsType(String file, String type) throws IOException {
        HttpResponse<String> response = send(request(file));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(new String(
                        RestConfiguration.class.getResourceAsStream(file).readAllBytes(), StandardCharsets.UTF_8));
        assertThat(response.headers().allValues("Content-Type"))
                .extracting(MediaType::parseMediaType)
                .containsExactly(MediaType.parseMediaType(type));
        assertThat(response.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(response.headers().allValues("X-Frame-Options")).containsExactly("DENY");
        assertThat(response.headers().allValues("Set-Cookie")).isEmpty();
    }

    @Test
    void itIsKeptButAskedForAgain() {
        HttpResponse<String> first = send(request("touchline.js"));
        String tag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> same = send(request("touchline.js").header("If-None-Match", tag));
        HttpResponse<String> older = send(request("touchline.js").header("If-None-Match", "\"older\""));

        assertThat(first.headers().allValues("Cache-Control")).containsExactly("no-cache");
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.headers().allValues("Cache-Control")).containsExactly("no-cache");
        assertThat(older.statusCode()).isEqualTo(200);
    }

    @Test
    void itIsOnlyRead() {
        HttpResponse<String> head = send(request("touchline.js").method("HEAD", BodyPublishers.noBody()));
        HttpResponse<String> post = send(request("touchline.js").POST(BodyPublishers.ofString("x")));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(post.statusCode()).isEqualTo(405);
    }

    @Test
    void pagesOfTheOriginsThatMayCallMayImportIt() {
        HttpResponse<String> allowed = send(request("touchline.js").header("Origin", RestServer.ORIGIN));
        HttpResponse<String> other = send(request("touchline.js").header("Origin", "https://evil.example.com"));

        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(allowed.headers().allValues("Access-Control-Allow-Origin")).containsExactly(RestServer.ORIGIN);
        assertThat(other.statusCode()).isEqualTo(403);
    }

    @Test
    void itsOwnTestsPass() throws IOException, InterruptedException {
        runByNode("touchline.test.js", Map.of());
    }

    /** The compiler is unpacked, for Node reads no jars. */
    @Test
    void itsTypesCompileAndMatchTheModule(@TempDir Path compiler) throws IOException, InterruptedException {
        for (String file : List.of("typescript.js", "lib.*.d.ts")) {
            for (Resource found : new PathMatchingResourcePatternResolver()
                    .getResources("classpath*:META-INF/resources/webjars/typescript/*/lib/" + file)) {
                Files.write(compiler.resolve(found.getFilename()), found.getContentAsByteArray());
            }
        }
        runByNode(
                "types.test.js",
                Map.of("TYPESCRIPT", compiler.resolve("typescript.js").toString()));
    }

    private static void runByNode(String file, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder("node", "--test", "--test-reporter=spec", file)
                .directory(new File("src/test/javascript"))
                .redirectErrorStream(true);
        command.environment().putAll(environment);
        Process tests;
        try {
            tests = command.start();
        } catch (IOException e) {
            assumeTrue("true".equals(System.getenv("CI")), "there is no node here to run the client's own tests");
            throw e;
        }
        String output = new String(tests.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tests.waitFor()).as(output).isZero();
    }

    private static HttpRequest.Builder request(String file) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + RestServer.port() + "/" + file));
    }
}
