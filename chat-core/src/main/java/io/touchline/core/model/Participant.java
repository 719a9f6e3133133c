package io.touchline.core.model;

import java.time.Instant;

/** A user who takes part in a channel now, with his marks. */
public record Participant(UserId user, long delivered, long read, Instant joinedAt) {}
