package io.touchline.core.inmemory;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.touchline.core.ChatNode;
import io.touchline.core.model.NodeRef;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.testkit.ForwardingRouter;
import io.touchline.core.testkit.SocketRouterContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemorySocketRouterContractTest extends SocketRouterContract {
    private final InMemorySocketRouter router = new InMemorySocketRouter();

    @Override
    protected Reach reach(ChatNode started) {
        router.attach(started.self().address(), started);
        router.attach("http://other.example:8091", ForwardingRouter.of((node, deliveries) -> new ForwardResult.Gone()));
        return new Reach(router, started.self().address());
    }

    @Override
    protected NodeRef unreachable() {
        return NodeRef.at("http://nowhere.example:8091");
    }

    @Test
    void aDetachedNodeIsNotReached() {
        router.detach("http://other.example:8091");

        assertInstanceOf(
                ForwardResult.Unreachable.class, router.forward(NodeRef.at("http://other.example:8091"), List.of()));
    }
}
