package io.touchline.bootstrap.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Opens a WebSocket and never reads what comes; it may still say something. */
public final class StalledClient implements AutoCloseable {
    private static final String END = "\r\n\r\n";
    private static final int TEXT = 0x81;
    private static final int MASKED = 0x80;

    private final Socket socket = new Socket();

    /** Connects; the return says that the node has taken the connection. */
    public StalledClient(String user, Node node) {
        try {
            URI uri = node.socketUri();
            socket.setReceiveBufferSize(4 * 1024);
            socket.setSoTimeout((int) Await.SOON.toMillis());
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
            socket.getOutputStream().write(handshake(uri, user).getBytes(StandardCharsets.US_ASCII));
            readUntil(END);
            readUntil("\"ready\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String handshake(URI uri, String user) {
        return String.join(
                "\r\n",
                "GET " + uri.getPath() + " HTTP/1.1",
                "Host: " + uri.getAuthority(),
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Authorization: Bearer " + Tokens.of(user) + END);
    }

    private void readUntil(String end) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the node answered " + seen);
            }
            seen.append((char) next);
        }
    }

    /** Says that it has what it never read, so that nothing is sent again; nothing if it was cut meanwhile. */
    public void acknowledge(String channel, long sequence) {
        byte[] receipt = Json.write(Map.of("type", "receipt", "delivered", Map.of(channel, sequence)))
                .getBytes(StandardCharsets.UTF_8);
        byte[] head = {(byte) TEXT, (byte) (MASKED | receipt.length), 0, 0, 0, 0}; // a mask that changes nothing
        try {
            socket.getOutputStream().write(head);
            socket.getOutputStream().write(receipt);
        } catch (IOException e) {
            // cut: who is to see that looks at the node
        }
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
