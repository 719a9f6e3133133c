package io.touchline.bootstrap;

import java.util.List;

/** Browsers' origins as properties give them. */
final class AllowedOrigins {
    private AllowedOrigins() {}

    static List<String> checked(String property, List<String> origins) {
        for (String origin : origins) {
            if (!origin.equals("*") && !origin.matches("https?://[^/?#\\s]+")) {
                throw new ConfigurationProblem("The property " + property + " holds " + origin
                        + ": set origins such as https://chat.example.com, without a path.");
            }
        }
        return origins;
    }
}
