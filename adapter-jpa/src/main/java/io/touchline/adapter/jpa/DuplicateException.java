package io.touchline.adapter.jpa;

/** Somebody else made the same row first, and again whenever it was tried anew. */
final class DuplicateException extends RuntimeException {
    DuplicateException(Throwable cause) {
        super("the same row was made by others, again and again", cause);
    }
}
