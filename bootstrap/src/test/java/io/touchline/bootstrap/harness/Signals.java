package io.touchline.bootstrap.harness;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals to processes. */
final class Signals {
    private Signals() {}

    /** Sends a signal, such as {@code STOP}. */
    static void send(String signal, ProcessHandle process) {
        // A shell has kill built in, whatever else the machine lacks.
        run("sh", "-c", "kill -" + signal + " " + process.pid());
    }

    private static void run(String... command) {
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IllegalStateException(String.join(" ", command) + " ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
