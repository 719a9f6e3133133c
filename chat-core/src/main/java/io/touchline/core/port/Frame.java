package io.touchline.core.port;

/** The text of one WebSocket frame in UTF-8, encoded once for all who receive it. Opaque to the core. */
public final class Frame {
    private final byte[] utf8;

    /** Keeps the array, which must not be changed any more. */
    public Frame(byte[] utf8) {
        this.utf8 = utf8;
    }

    /** The bytes themselves, not a copy: they must not be changed. */
    public byte[] bytes() {
        return utf8;
    }

    /** Length in bytes. */
    public int length() {
        return utf8.length;
    }
}
