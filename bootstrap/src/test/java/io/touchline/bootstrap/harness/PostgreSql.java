package io.touchline.bootstrap.harness;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A real PostgreSQL server that keeps what it has committed, whatever happens to it: it can be killed at any moment and
 * started again where it was, on the same data and the same port.
 */
public final class PostgreSql {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;
    private final Path data;

    private PostgreSql(EmbeddedPostgres server, Path data) {
        this.server = server;
        this.data = data;
    }

    /** A new server; it ends with this JVM. */
    public static PostgreSql start() {
        try {
            Path data = Files.createTempDirectory("touchline-postgresql");
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setPort(FreePorts.next())
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                    .setServerConfig("max_connections", "300")
                    .start();
            return new PostgreSql(server, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getPort();
    }

    /** A fresh database. */
    public Database newDatabase() {
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new Database(port(), name, server.getDatabase("postgres", name));
    }

    /** Kills the server and all its processes with -9. */
    public void kill() {
        ProcessHandle postmaster = process();
        List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
        all.addAll(postmaster.descendants().toList());
        all.forEach(ProcessHandle::destroyForcibly); // the postmaster first, or it would mend itself
        all.forEach(process -> process.onExit()
                .orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                .join());
    }

    /** Starts the killed server again, and waits until it takes connections. */
    public void restart() {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U")); // it does not run as root
        }
        command.addAll(List.of(control(), "restart", "-w", "-D", data.toString(), "-l", data + ".log"));
        try {
            Process starting = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!starting.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS) || starting.exitValue() != 0) {
                throw new IllegalStateException("PostgreSQL did not start again: see " + data + ".log");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The postmaster, of which all others are children. */
    public ProcessHandle process() {
        return ProcessHandle.of(Long.parseLong(firstLine("postmaster.pid"))).orElseThrow();
    }

    /** Beside the server's executable, with which its command line begins. */
    private String control() {
        Path executable = Path.of(firstLine("postmaster.opts").split(" ", 2)[0]);
        return executable.resolveSibling("pg_ctl").toString();
    }

    private String firstLine(String file) {
        try {
            return Files.readAllLines(data.resolve(file)).get(0).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
