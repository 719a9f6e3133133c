package io.touchline.bootstrap;

import java.util.Locale;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says what is wrong with the configuration in one sentence, in place of a stack trace. */
final class ConfigurationProblemAnalyzer extends AbstractFailureAnalyzer<ConfigurationProblem> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigurationProblem cause) {
        return new FailureAnalysis(cause.getMessage(), null, cause);
    }

    /** The same for a value that is not of its property's kind. */
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static final class UnreadableValue extends AbstractFailureAnalyzer<BindException> {
        @Override
        protected FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
            String kind = cause.getTarget().getType().resolve(Object.class).getSimpleName();
            return new FailureAnalysis(
                    "The property " + cause.getName() + " has a value that makes no sense: set " + kind(kind) + ".",
                    null,
                    cause);
        }

        private static String kind(String type) {
            return switch (type) {
                case "Duration" -> "a duration such as 10s or 500ms";
                case "int", "Integer" -> "a whole number";
                case "InetAddress" -> "an address of this host, or 0.0.0.0 for all";
                case "URI" -> "a URL";
                case "Content" -> "none or text";
                default -> "a " + type.toLowerCase(Locale.ROOT);
            };
        }
    }
}
