package io.touchline.adapter.jpa;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** Where a page ended, as text that says nothing to others. */
final class Cursor {
    /** A place in a list of channels by their latest activity. */
    record Activity(Instant at, String channel) {
        /** Before the first place, and later than any time that the databases know to compare with. */
        static final Activity LATEST = new Activity(Instant.parse("9999-12-31T00:00:00Z"), "");
    }

    private Cursor() {}

    static String of(Activity place) {
        return encode(place.at().toEpochMilli() + " " + place.channel());
    }

    static String of(UserId user) {
        return encode(user.value());
    }

    /** @throws IllegalArgumentException if it is not one of ours */
    static Activity activity(String cursor) {
        String[] parts = decode(cursor).split(" ", 2);
        if (parts.length != 2) {
            throw new IllegalArgumentException("no cursor of a list of channels");
        }
        Instant at = Instant.ofEpochMilli(Long.parseLong(parts[0]));
        if (at.isBefore(Instant.EPOCH) || at.isAfter(Activity.LATEST.at())) {
            throw new IllegalArgumentException("no time of a channel's activity");
        }
        return new Activity(at, new ChannelId(parts[1]).value());
    }

    /** @throws IllegalArgumentException if it is not one of ours */
    static UserId user(String cursor) {
        return new UserId(decode(cursor));
    }

    private static String encode(String place) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.US_ASCII));
    }

    private static String decode(String cursor) {
        return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
    }
}
