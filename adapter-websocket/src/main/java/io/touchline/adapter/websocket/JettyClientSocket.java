package io.touchline.adapter.websocket;

import io.touchline.core.port.ClientSocket;
import io.touchline.core.port.Frame;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.common.WebSocketSession;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.jspecify.annotations.Nullable;

/** A socket by Jetty's own asynchronous session: text from bytes, several frames in one write, nothing that blocks. */
final class JettyClientSocket implements ClientSocket {
    private static final Executor AFTER_CLOSE_DEADLINE =
            CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS, Runnable::run);

    private final CoreSession session;

    JettyClientSocket(Session session) {
        this.session = ((WebSocketSession) session).getCoreSession();
        JettyMemory.release(session);
    }

    /** Frames but the last wait in Jetty's buffer for it, so only its end says that they have left. */
    @Override
    public void send(List<Frame> frames, Consumer<@Nullable Throwable> done) {
        int last = frames.size() - 1;
        for (int i = 0; i < last; i++) {
            session.sendFrame(text(frames.get(i)), Callback.NOOP, true);
        }
        Callback written = Callback.from(InvocationType.NON_BLOCKING, () -> done.accept(null), done);
        session.sendFrame(text(frames.get(last)), written, false);
    }

    @Override
    public void ping() {
        session.sendFrame(new org.eclipse.jetty.websocket.core.Frame(OpCode.PING), Callback.NOOP, false);
    }

    @Override
    public void close(int code, String reason) {
        session.close(code, reason, Callback.NOOP);
        AFTER_CLOSE_DEADLINE.execute(this::terminate);
    }

    /** The client is gone for the node; what it left unread or unsaid does not hold the socket for ever. */
    void ended() {
        AFTER_CLOSE_DEADLINE.execute(this::terminate);
    }

    /** Without lingering, or the kernel would keep what a client that never reads was sent. */
    @Override
    public void terminate() {
        if (session instanceof WebSocketCoreSession core) {
            reset(core.getConnection().getEndPoint());
        }
        session.abort();
    }

    private static void reset(EndPoint socket) {
        Object transport = socket;
        while (transport instanceof EndPoint wrapper) {
            transport = wrapper.getTransport();
        }
        if (transport instanceof SocketChannel channel && channel.isOpen()) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // closed meanwhile, which is what is wanted
            }
        }
    }

    private static org.eclipse.jetty.websocket.core.Frame text(Frame frame) {
        return new org.eclipse.jetty.websocket.core.Frame(OpCode.TEXT, ByteBuffer.wrap(frame.bytes()));
    }
}
