package io.touchline.adapter.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the parts of which {@link DeliveryCodec}'s bodies are made. */
final class WireWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    WireWriter writeByte(int value) {
        out.write(value);
        return this;
    }

    /** @param number not negative */
    WireWriter write(long number) {
        long left = number;
        while (left > 0x7f) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
        return this;
    }

    WireWriter write(byte[] bytes) {
        write(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    WireWriter write(String ascii) {
        return write(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    WireWriter append(WireWriter part) {
        out.writeBytes(part.toByteArray());
        return this;
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
