package io.touchline.bootstrap;

import java.nio.charset.StandardCharsets;

/** The secret that all nodes share. */
final class NodeSecrets {
    private static final int MIN_BYTES = 16;

    private NodeSecrets() {}

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
}
