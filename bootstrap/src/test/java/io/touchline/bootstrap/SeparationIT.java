package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Node.Kind;
import io.touchline.bootstrap.harness.Rest;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each jar has what it needs and each port answers what it is for, and nothing else. */
class SeparationIT {
    private static final String DELIVERIES = "/internal/deliveries";

    private final Cluster cluster = Cluster.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {"hibernate", "jpa", "postgresql", "/h2-", "flyway", "hikari", "firebase", "google", "-fcm-"})
    void theSocketJarCarriesNoDatabaseAndNoPush(String part) throws IOException {
        assertThat(libraries(Kind.SOCKET)).hasSizeGreaterThan(10);
        assertThat(libraries(Kind.SOCKET).stream().filter(library -> library.contains(part)))
                .isEmpty();
    }

    @Test
    void theOthersCarryTheDriversOfTheirDatabases() throws IOException {
        assertThat(libraries(Kind.STANDALONE)).anyMatch(library -> library.contains("/h2-"));
        assertThat(libraries(Kind.API)).anyMatch(library -> library.contains("/postgresql-"));
    }

    @ParameterizedTest
    @ValueSource(strings = {DELIVERIES, "/actuator/health", "/actuator/prometheus", "/actuator"})
    void thePublicPortsAnswerNothingThatIsForOperatorsOrNodes(String path) {
        for (Node node : List.of(cluster.api(0), cluster.socket(0))) {
            assertThat(status("GET", node.uri().resolve(path))).as("%s", node).isEqualTo(404);
            assertThat(status("POST", node.uri().resolve(path))).as("%s", node).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page/index.html", "/page/settings.json", "/dev/token"})
    void anApiNodeHasNoPageUnlessItIsToldTo(String path) {
        assertThat(status("GET", cluster.api(0).uri().resolve(path))).isEqualTo(404);
    }

    @Test
    void theManagementPortAnswersHealthAndMetricsOnly() {
        for (Node node : List.of(cluster.api(0), cluster.socket(0))) {
            for (String path : List.of("/actuator/health", "/actuator/health/liveness", "/actuator/prometheus")) {
                assertThat(status("GET", node.managementUri().resolve(path))).isEqualTo(200);
            }
            for (String path : List.of("/actuator/env", "/actuator/heapdump", "/api/v1/channels", DELIVERIES)) {
                assertThat(status("GET", node.managementUri().resolve(path))).isIn(401, 404);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/ws", "/api/v1", "/actuator/health", "/internal", DELIVERIES + "/", DELIVERIES + "?a=b"})
    void theNodePortAnswersNothingButDeliveries(String path) {
        URI uri = URI.create(cluster.socket(0).nodeUri() + path);
        assertThat(status("GET", uri)).isEqualTo(404);
        assertThat(status("POST", uri)).isEqualTo(404);
    }

    @Test
    void theNodePortWantsTheSecret() {
        assertThat(status("POST", cluster.socket(0).nodeUri().resolve(DELIVERIES)))
                .isEqualTo(401);
    }

    @Test
    void anApiNodeHandsOutNoTokens() {
        assertThat(status("POST", cluster.api(0).uri().resolve("/dev/token"))).isIn(401, 404);
    }

    @Test
    void aChatNodeServesNoRestAndAnApiNodeNoSockets() {
        assertThat(status("GET", cluster.socket(0).uri().resolve("/api/v1"))).isEqualTo(404);
        assertThat(status("GET", cluster.api(0).uri().resolve("/ws"))).isIn(401, 404);
    }

    private static int status(String method, URI uri) {
        return Rest.plain(method, uri, "").status();
    }

    private static List<String> libraries(Kind kind) throws IOException {
        try (JarFile jar = new JarFile(kind.jar().toFile())) {
            return jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".jar"))
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .toList();
        }
    }
}
