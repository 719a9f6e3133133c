package io.touchline.core.model;

/**
 * Whoever the host application says: an opaque id of 1 to 64 characters out of {@code A-Z a-z 0-9 . _ ~ @ : -},
 * beginning with a letter or digit.
 */
public record UserId(String value) implements Comparable<UserId> {
    /** @throws IllegalArgumentException if the value is not of that form; the message says what is */
    public UserId {
        Ids.check("user", value);
    }

    @Override
    public int compareTo(UserId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
