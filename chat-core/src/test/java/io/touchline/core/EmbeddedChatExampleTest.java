package io.touchline.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs the example as its reader would: with the core's classes and nothing else on the class path. */
class EmbeddedChatExampleTest {
    @Test
    void printsWhatTheReadmeSays() throws IOException, InterruptedException {
        Process example = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        "target/classes",
                        "../docs/examples/EmbeddedChat.java")
                .redirectErrorStream(true)
                .start();
        String printed = new String(example.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(example.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(printed).isEqualToNormalizingNewlines("""
                        bob's screen: ready
                        bob's screen: 1 from alice: made the channel
                        bob's screen: 2 from alice: Who is in?
                        carol's phone: news in tea
                        the log: 2 events
                        """);
        assertThat(example.exitValue()).isZero();
    }
}
