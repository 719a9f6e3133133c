package io.touchline.bootstrap.harness;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * A WebSocket by hand: it can say what no library would, and answers no ping. Frames come when they are asked for. Used by
 * one thread.
 */
public final class RawClient implements AutoCloseable {
    public static final int TEXT = 1;
    public static final int BINARY = 2;

    private static final int CLOSE = 8;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int SHORT = 126;
    private static final int SWITCHING = 101;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final int status;
    private final Consumer<JsonNode> ear;
    private int code;

    /**
     * Asks to connect.
     *
     * @param ear is given every frame that is read
     * @param headers whole lines
     */
    public RawClient(Node node, Consumer<JsonNode> ear, String... headers) {
        this.ear = ear;
        try {
            URI uri = node.socketUri();
            socket.setSoTimeout((int) Await.SOON.toMillis());
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
            in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(handshake(uri, headers).getBytes(StandardCharsets.US_ASCII));
            status = Integer.parseInt(line().split(" ")[1]);
            while (!line().isEmpty()) {
                continue;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String handshake(URI uri, String... headers) {
        List<String> lines = new ArrayList<>(List.of(
                "GET " + uri.getPath() + " HTTP/1.1",
                "Host: " + uri.getAuthority(),
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        lines.addAll(List.of(headers));
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the node hung up after " + line);
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    /** What the handshake was answered with. */
    public int status() {
        return status;
    }

    public boolean isConnected() {
        return status == SWITCHING;
    }

    /** Says something in one frame, masked as clients must. */
    public RawClient say(int opcode, byte[] payload) {
        return write(opcode, MASKED, payload);
    }

    /** The same without a mask, which is against the protocol. */
    public RawClient sayUnmasked(byte[] payload) {
        return write(TEXT, 0, payload);
    }

    private RawClient write(int opcode, int masked, byte[] payload) {
        try {
            var out = socket.getOutputStream();
            out.write(FINAL | opcode);
            if (payload.length < SHORT) {
                out.write(masked | payload.length);
            } else if (payload.length <= 0xffff) {
                out.write(new byte[] {(byte) (masked | SHORT), (byte) (payload.length >> 8), (byte) payload.length});
            } else {
                out.write(new byte[] {
                    (byte) (masked | SHORT + 1),
                    0,
                    0,
                    0,
                    0,
                    0,
                    (byte) (payload.length >> 16),
                    (byte) (payload.length >> 8),
                    (byte) payload.length
                });
            }
            if (masked != 0) {
                out.write(new byte[4]); // a mask that changes nothing
            }
            out.write(payload);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until a frame of that type has come. */
    public JsonNode await(String type) {
        return await(type, null);
    }

    /** Reads until a frame of that type has come that has this field. */
    public JsonNode await(String type, String field) {
        while (true) {
            byte[] payload = read();
            if (payload == null) {
                throw new AssertionError("closed with " + code + " before " + type);
            }
            JsonNode frame = Json.read(new String(payload, StandardCharsets.UTF_8));
            if (frame.get("type").asString().equals(type) && (field == null || frame.has(field))) {
                return frame;
            }
        }
    }

    /** Reads until the node has closed; the code. */
    public int awaitClose() {
        byte[] payload = read();
        while (payload != null) {
            payload = read();
        }
        return code;
    }

    /** The next text; null if the node has closed. */
    private byte[] read() {
        try {
            while (true) {
                int opcode = in.readUnsignedByte() & 0x0f;
                byte[] payload = new byte[length()];
                in.readFully(payload);
                if (opcode == TEXT) {
                    ear.accept(Json.read(new String(payload, StandardCharsets.UTF_8)));
                    return payload;
                }
                if (opcode == CLOSE) {
                    code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
                    return null;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int length() throws IOException {
        int length = in.readUnsignedByte();
        if (length < SHORT) {
            return length;
        }
        return length == SHORT ? in.readUnsignedShort() : Math.toIntExact(in.readLong());
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
