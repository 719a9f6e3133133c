package io.touchline.bootstrap.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Opens a WebSocket and never reads what comes. */
public final class StalledClient implements AutoCloseable {
    private static final String END = "\r\n\r\n";

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

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
