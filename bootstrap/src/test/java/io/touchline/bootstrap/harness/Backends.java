package io.touchline.bootstrap.harness;

import io.touchline.adapter.fcm.FcmServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import redis.embedded.RedisServer;

/** PostgreSQL, Redis and the FCM-speaking server: one of each in a JVM, started when first asked for. */
public final class Backends {
    private Backends() {}

    /** A fresh database on a server that keeps what it has committed. */
    public static Database newDatabase() {
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = PostgreSql.RUNNING.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new Database(PostgreSql.RUNNING.getPort(), name, PostgreSql.RUNNING.getDatabase("postgres", name));
    }

    public static int redisPort() {
        return Redis.PORT;
    }

    public static FcmServer fcm() {
        return Fcm.RUNNING;
    }

    /** A service account's key that the FCM-speaking server knows. */
    public static Path fcmCredentials() {
        return Fcm.CREDENTIALS;
    }

    private static final class PostgreSql {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                        .setServerConfig("max_connections", "300")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Redis {
        static final int PORT = start();

        private static int start() {
            int port = FreePorts.next();
            try {
                RedisServer server = RedisServer.newRedisServer()
                        .port(port)
                        .bind("127.0.0.1")
                        .setting("save \"\"")
                        .setting("daemonize no")
                        .build();
                server.start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
                return port;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void stop(RedisServer server) {
            try {
                server.stop();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Fcm {
        static final FcmServer RUNNING = FcmServer.start();
        static final Path CREDENTIALS = write();

        private static Path write() {
            try {
                Path directory = Files.createDirectories(Path.of("target", "nodes"));
                return RUNNING.writeCredentials(
                        directory.resolve("service-account.json").toAbsolutePath());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
