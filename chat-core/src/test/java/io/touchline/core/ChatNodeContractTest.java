package io.touchline.core;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.touchline.core.model.NodeRef;
import io.touchline.core.port.ForwardResult.Gone;
import io.touchline.core.testkit.SocketRouterContract;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A node is its own router. It cannot be unreachable to itself: whatever is not for it is for a life that is over. */
class ChatNodeContractTest extends SocketRouterContract {
    private ChatNode node;

    @Override
    protected Reach reach(ChatNode started) {
        node = started;
        return new Reach(started, started.self().address());
    }

    @Override
    protected NodeRef unreachable() {
        return NodeRef.at("http://nowhere.example:8091");
    }

    @Test
    @DisplayName("SR-6 whoever is not this node is gone")
    @Override
    protected void tellsThatANodeIsUnreachable() {
        assertInstanceOf(Gone.class, node.forward(unreachable(), List.of()));
    }
}
