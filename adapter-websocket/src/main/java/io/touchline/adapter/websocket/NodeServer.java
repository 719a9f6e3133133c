package io.touchline.adapter.websocket;

import io.touchline.core.port.SocketRouter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
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
    private static final Duration READ_DEADLINE = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final int MAX_THREADS = 16;
    private static final int MAX_CONNECTIONS = 512;
    private static final int MAX_HEADER = 4 << 10;

    /** Of its own, as looking waits for the registry. */
    private final Scheduler looking = new ScheduledExecutorScheduler("touchline-node-server-peers", true);

    private final Duration readDeadline;
    private final Peers peers;
    private final Server server;
    private final ServerConnector connector;

    /** Without TLS. */
    public NodeServer(SocketRouter node, Supplier<Set<String>> apiNodes, Runnable lost, String secret, int port) {
        this(node, apiNodes, lost, secret, port, null);
    }

    /**
     * @param node takes the deliveries; a chat node
     * @param apiNodes asked once a second which API nodes live, by the names of their routers;
     *     {@link io.touchline.core.port.UnavailableException} while nobody knows
     * @param lost called when an API node fell silent without taking leave, and again when one that did so died: it may
     *     have had something for this node
     * @param secret the same on all nodes
     * @param port 0 for any that is free
     * @param tls null for none
     */
    public NodeServer(
            SocketRouter node,
            Supplier<Set<String>> apiNodes,
            Runnable lost,
            String secret,
            int port,
            @Nullable SSLContext tls) {
        this(node, apiNodes, lost, secret, port, tls, READ_DEADLINE);
    }

    NodeServer(
            SocketRouter node,
            Supplier<Set<String>> apiNodes,
            Runnable lost,
            String secret,
            int port,
            @Nullable SSLContext tls,
            Duration readDeadline) {
        this.readDeadline = readDeadline;
        this.peers = new Peers(apiNodes, lost, System::nanoTime);
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 2);
        threads.setName("touchline-node-server");
        threads.setDaemon(true);
        server = new Server(threads);
        connector = new ServerConnector(server, 1, 1, protocols(tls));
        connector.setPort(port);
        connector.setIdleTimeout(IDLE.toMillis());
        connector.addBean(new FirstRequestDeadline());
        server.addConnector(connector);
        server.addBean(looking);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
        server.setHandler(
                new DeliveryHandler(node, peers, new NodeSecret(secret), readDeadline, connector::getScheduler));
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
        lookLater();
    }

    private void lookLater() {
        Scheduler.Task unused = looking.schedule(
                () -> {
                    try {
                        peers.look();
                    } finally {
                        lookLater();
                    }
                },
                Peers.LOOK_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
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
