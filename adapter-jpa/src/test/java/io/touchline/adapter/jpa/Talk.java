package io.touchline.adapter.jpa;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Draft;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Two people, and what they do in a channel of theirs. */
final class Talk {
    final ChannelId channel = ChannelId.random();
    final UserId alice = new UserId("alice-" + UUID.randomUUID());
    final UserId bob = new UserId("bob-" + UUID.randomUUID());
    private final Instant at = Instant.parse("2026-03-01T12:00:00.001Z");

    Draft create() {
        return new Draft.Create(channel, alice, at, "tea", List.of(alice, bob));
    }

    Draft send(String content) {
        return send(content, UUID.randomUUID().toString());
    }

    Draft send(String content, String clientMessageId) {
        return new Draft.Send(channel, alice, at, content, clientMessageId, false);
    }
}
