package io.touchline.adapter.websocket;

import java.net.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the parts of which {@link DeliveryCodec}'s bodies are made. What is cut short throws {@link
 * BufferUnderflowException}, before anything is allocated for it.
 */
final class WireReader {
    private static final int MAX_NUMBER_BYTES = 9;

    private final ByteBuffer in;

    WireReader(ByteBuffer in) {
        this.in = in;
    }

    int readByte() {
        return in.get();
    }

    long readNumber() throws ProtocolException {
        long number = 0;
        for (int i = 0; i < MAX_NUMBER_BYTES; i++) {
            byte next = in.get();
            number |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return number;
            }
        }
        throw new ProtocolException("a number of more than 63 bits");
    }

    /** How many follow, each of at least a byte. */
    int readCount() throws ProtocolException {
        long count = readNumber();
        if (count > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return (int) count;
    }

    byte[] readBytes() throws ProtocolException {
        byte[] bytes = new byte[readCount()];
        in.get(bytes);
        return bytes;
    }

    String readString() throws ProtocolException {
        return new String(readBytes(), StandardCharsets.US_ASCII);
    }

    boolean isAtEnd() {
        return !in.hasRemaining();
    }
}
