package io.touchline.bootstrap;

import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;

/** What nodes trust each other by: a secret that all share, and TLS where a bundle is named. */
final class NodeTrust {
    private static final int MIN_BYTES = 16;

    private NodeTrust() {}

    static String of(TouchlineProperties.Node node) {
        String secret = ConfigurationProblem.required(
                node.secret(),
                "The property touchline.node.secret is missing: set the same random text of " + MIN_BYTES
                        + " bytes or more on all nodes.");
        if (secret.getBytes(StandardCharsets.UTF_8).length < MIN_BYTES) {
            throw new ConfigurationProblem("The property touchline.node.secret is too short: set a random text of "
                    + MIN_BYTES + " bytes or more, the same on all nodes.");
        }
        return secret;
    }

    /** Null where nodes talk plainly. */
    static @Nullable SSLContext tls(TouchlineProperties.Node node, SslBundles bundles) {
        String name = node.sslBundle();
        if (name == null) {
            return null;
        }
        try {
            return bundles.getBundle(name).createSslContext();
        } catch (NoSuchSslBundleException | IllegalStateException e) {
            throw new ConfigurationProblem(
                    "The property touchline.node.ssl-bundle names " + name
                            + ", which cannot be used: set the name of a bundle under spring.ssl.bundle.*.",
                    e);
        }
    }
}
