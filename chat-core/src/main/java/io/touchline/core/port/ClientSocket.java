package io.touchline.core.port;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One open socket of a client, as a chat node drives it. Implemented by an adapter for each kind of socket.
 *
 * <p>No method may block, whatever the client does, nor throw. One {@link #send} is under way at a time; the others may
 * be called by any thread at any time. Whatever ends the socket, the adapter calls {@code closed} on its connection once.
 */
public interface ClientSocket {
    /**
     * Sends text frames, in order.
     *
     * @param frames one at least
     * @param done called once, by any thread and possibly before this method returns: with null when the frames have
     *     left for the network, so that the next may come, or with what went wrong
     */
    void send(List<Frame> frames, Consumer<@Nullable Throwable> done);

    /** Sends a protocol ping. */
    void ping();

    /** Begins to close with a code and a reason; a client that does not answer is terminated. */
    void close(int code, String reason);

    /** Cuts the connection at once. */
    void terminate();
}
