package io.touchline.bootstrap.harness;

import io.touchline.adapter.fcm.FcmServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * PostgreSQL, Redis and the FCM-speaking server: one of each in a JVM, started when first asked for. Who stops a server
 * takes a {@link PostgreSql} or {@link Redis} of his own.
 */
public final class Backends {
    private Backends() {}

    /** A fresh database on a server that keeps what it has committed. */
    public static Database newDatabase() {
        return SharedPostgreSql.RUNNING.newDatabase();
    }

    public static int redisPort() {
        return SharedRedis.RUNNING.port();
    }

    public static FcmServer fcm() {
        return Fcm.RUNNING;
    }

    /** A service account's key that the FCM-speaking server knows. */
    public static Path fcmCredentials() {
        return Fcm.CREDENTIALS;
    }

    private static final class SharedPostgreSql {
        static final PostgreSql RUNNING = PostgreSql.start();
    }

    private static final class SharedRedis {
        static final Redis RUNNING = Redis.start();
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
