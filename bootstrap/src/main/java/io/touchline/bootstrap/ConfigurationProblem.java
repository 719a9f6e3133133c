package io.touchline.bootstrap;

import org.jspecify.annotations.Nullable;

/** A property is missing or makes no sense; the message is one sentence that names it and says what to set. */
final class ConfigurationProblem extends RuntimeException {
    ConfigurationProblem(String sentence) {
        this(sentence, null);
    }

    ConfigurationProblem(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    /** The value, or the sentence that asks for it. */
    static <T> T required(@Nullable T value, String sentence) {
        if (value == null || value.toString().isBlank()) {
            throw new ConfigurationProblem(sentence);
        }
        return value;
    }
}
