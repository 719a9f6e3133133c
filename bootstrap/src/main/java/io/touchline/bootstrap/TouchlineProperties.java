package io.touchline.bootstrap;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The properties of the contract, each with its default; whoever uses one checks it and names it when it is wrong. */
@ConfigurationProperties("touchline")
record TouchlineProperties(
        @DefaultValue Jwt jwt,
        @DefaultValue Node node,
        @DefaultValue Socket socket,
        @DefaultValue Http http,
        @DefaultValue Message message,
        @DefaultValue Delivery delivery,
        @DefaultValue Signals signals,
        @DefaultValue Push push,
        @DefaultValue Fcm fcm,
        @DefaultValue Page page) {
    record Jwt(
            @Nullable String secret,
            @Nullable String jwkSetUri,
            @Nullable String publicKey,
            @Nullable String issuer,
            @Nullable String audience) {
        boolean isEmpty() {
            return secret == null && jwkSetUri == null && publicKey == null;
        }

        /** The key is a secret: it stays out of logs. */
        @Override
        public String toString() {
            return "Jwt[issuer=" + issuer + ", audience=" + audience + "]";
        }
    }

    record Node(
            @Nullable String id,
            @Nullable String address,
            @DefaultValue("8091") int port,
            @Nullable String secret,
            @Nullable String sslBundle,
            @DefaultValue("10s") Duration lease) {
        /** The secret stays out of logs. */
        @Override
        public String toString() {
            return "Node[id=" + id + ", address=" + address + ", port=" + port + ", lease=" + lease + "]";
        }
    }

    record Socket(
            @DefaultValue("25s") Duration heartbeat,
            @DefaultValue("10s") Duration writeDeadline,
            @DefaultValue("32") int maxConnectionsPerUser,
            @DefaultValue("20000") int maxConnectionsPerAddress,
            @DefaultValue List<String> allowedOrigins,
            @Nullable URI publicUrl) {}

    record Http(@DefaultValue List<String> allowedOrigins) {}

    record Message(@DefaultValue("16384") int maxBytes) {}

    record Delivery(@DefaultValue("10s") Duration receiptTimeout) {}

    record Signals(@DefaultValue("100") int maxParticipants) {}

    record Push(
            @DefaultValue("5s") Duration grace,
            @DefaultValue("none") Content content) {
        enum Content {
            NONE,
            TEXT
        }
    }

    record Fcm(@Nullable Path credentials, @Nullable URI endpoint) {}

    record Page(@DefaultValue("false") boolean enabled) {}
}
