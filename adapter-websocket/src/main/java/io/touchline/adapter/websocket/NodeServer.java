package io.touchline.adapter.websocket;

import io.touchline.core.model.NodeRef;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.SocketRouter;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Takes what {@link HttpSocketRouter}s forward, on a port of its own: {@code POST /internal/deliveries} with the nodes'
 * secret, and nothing else. Bodies are those of {@link DeliveryCodec}; a refusal has no body.
 *
 * <p>Threads, connections and bodies are bounded. A body must have come whole within a deadline, and so must the first
 * request of a connection; who is refused loses his connection, so that nobody without the secret keeps one.
 */
public final class NodeServer implements AutoCloseable {
    static final String PATH = "/internal/deliveries";
    static final int MAX_BODY = 16 << 20;

    private static final Duration READ_DEADLINE = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final int MAX_THREADS = 16;
    private static final int MAX_CONNECTIONS = 512;
    private static final int MAX_HEADER = 4 << 10;

    private final SocketRouter node;
    private final NodeSecret secret;
    private final Duration readDeadline;
    private final Server server;
    private final ServerConnector connector;

    /**
     * @param node takes the deliveries; a chat node
     * @param secret the same on all nodes
     * @param port 0 for any that is free
     * @param tls null for none
     */
    public NodeServer(SocketRouter node, String secret, int port, @Nullable SSLContext tls) {
        this(node, secret, port, tls, READ_DEADLINE);
    }

    NodeServer(SocketRouter node, String secret, int port, @Nullable SSLContext tls, Duration readDeadline) {
        this.node = node;
        this.secret = new NodeSecret(secret);
        this.readDeadline = readDeadline;
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 2);
        threads.setName("touchline-node-server");
        threads.setDaemon(true);
        server = new Server(threads);
        connector = new ServerConnector(server, 1, 1, protocols(tls));
        connector.setPort(port);
        connector.setIdleTimeout(IDLE.toMillis());
        connector.addBean(new FirstRequestDeadline());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
        server.setHandler(new Deliveries());
        server.setErrorHandler((request, response, callback) -> {
            callback.succeeded(); // the status says it all
            return true;
        });
    }

    /** Begins to listen. */
    public void start() {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IllegalStateException("cannot listen for other nodes at port " + connector.getPort(), e);
        }
    }

    /** Where it listens, once it does. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Stops listening; connections are closed. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop listening for other nodes", e);
        }
    }

    private static ConnectionFactory[] protocols(@Nullable SSLContext tls) {
        HttpConnectionFactory http = new HttpConnectionFactory(http());
        if (tls == null) {
            return new ConnectionFactory[] {http};
        }
        SslContextFactory.Server server = new SslContextFactory.Server();
        server.setSslContext(tls);
        return AbstractConnectionFactory.getFactories(server, http);
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(MAX_HEADER);
        return http;
    }

    private final class Deliveries extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int refusal = refusal(request);
            if (refusal == 0) {
                read(request, response, callback);
            } else {
                refuse(refusal, response, callback);
            }
            return true;
        }

        private int refusal(Request request) {
            if (!PATH.equals(request.getHttpURI().getPathQuery())) {
                return 404;
            }
            if (!"POST".equals(request.getMethod())) {
                return 405;
            }
            if (!secret.matches(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
                return 401;
            }
            if (request.getLength() < 0) {
                return 411;
            }
            return request.getLength() > MAX_BODY ? 413 : 0;
        }

        private void refuse(int status, Response response, Callback callback) {
            response.setStatus(status);
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
            if (status == 405) {
                response.getHeaders().put(HttpHeader.ALLOW, "POST");
            }
            if (status == 401) {
                response.getHeaders().put(new HttpField(HttpHeader.WWW_AUTHENTICATE, "Bearer"));
            }
            callback.succeeded();
        }

        private void read(Request request, Response response, Callback callback) {
            EndPoint peer = request.getConnectionMetaData().getConnection().getEndPoint();
            Scheduler.Task tooLate = connector
                    .getScheduler()
                    .schedule(
                            () -> peer.close(new TimeoutException("the body did not come in time")),
                            readDeadline.toMillis(),
                            TimeUnit.MILLISECONDS);
            Promise.Invocable<byte[]> body = Promise.Invocable.from(
                    InvocationType.BLOCKING,
                    bytes -> {
                        tooLate.cancel();
                        take(bytes, response, callback);
                    },
                    failure -> {
                        tooLate.cancel();
                        callback.failed(failure);
                    });
            Content.Source.asByteArrayAsync(request, MAX_BODY, body);
        }

        private void take(byte[] body, Response response, Callback callback) {
            DeliveryCodec.Request request;
            try {
                request = DeliveryCodec.decodeRequest(body);
            } catch (ProtocolException e) {
                refuse(400, response, callback);
                return;
            }
            ForwardResult result = node.forward(new NodeRef(request.incarnation(), "here"), request.deliveries());
            byte[] answer = DeliveryCodec.encode(result, request);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
            response.write(true, ByteBuffer.wrap(answer), callback);
        }
    }

    /** A connection that has brought no request by then will not bring one. */
    private final class FirstRequestDeadline implements Connection.Listener {
        @Override
        public void onOpened(Connection connection) {
            Scheduler.Task unused = connector
                    .getScheduler()
                    .schedule(
                            () -> {
                                if (connection.getMessagesIn() == 0) {
                                    connection.getEndPoint().close();
                                }
                            },
                            readDeadline.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }
}
