package io.touchline.adapter.websocket;

import io.touchline.core.ChatNode;
import io.touchline.core.model.NodeRef;
import io.touchline.core.testkit.SocketRouterContract;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.junit.jupiter.api.AfterEach;

class HttpSocketRouterContractTest extends SocketRouterContract {
    private NodeServer server;
    private ServerSocket blackHole;

    @Override
    protected Reach reach(ChatNode started) {
        server = new NodeServer(started, Set::of, started::resyncAll, "the nodes' secret", 0);
        server.start();
        HttpSocketRouter router = new HttpSocketRouter(
                HttpClients.createMinimal(), "the nodes' secret", Duration.ofSeconds(5), HttpSocketRouter.ANY_ADDRESS);
        return new Reach(router, "http://localhost:" + server.port());
    }

    @Override
    protected NodeRef unreachable() throws Exception {
        blackHole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return NodeRef.at("http://localhost:" + blackHole.getLocalPort());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        if (blackHole != null) {
            blackHole.close();
        }
    }
}
