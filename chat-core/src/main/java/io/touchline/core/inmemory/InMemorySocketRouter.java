package io.touchline.core.inmemory;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.SocketRouter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Reaches chat nodes that live in this process, by their addresses. Which life of a node a forward is meant for the node
 * itself knows. A single node needs no router: it is one.
 */
public final class InMemorySocketRouter implements SocketRouter {
    private final String name = UUID.randomUUID().toString();
    private final Map<String, SocketRouter> nodes = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return name;
    }

    /** From now on forwards to that address reach this node, and no other that was there before. */
    public void attach(String address, SocketRouter node) {
        nodes.put(address, node);
    }

    /** From now on nobody is reached at that address. */
    public void detach(String address) {
        nodes.remove(address);
    }

    @Override
    public ForwardResult forward(NodeRef node, List<Delivery> deliveries) {
        return reach(node, reached -> reached.forward(node, deliveries));
    }

    @Override
    public ForwardResult resync(NodeRef node, Collection<UserId> users) {
        return reach(node, reached -> reached.resync(node, users));
    }

    @Override
    public ForwardResult revoke(NodeRef node, Map<UserId, Instant> revocations) {
        return reach(node, reached -> reached.revoke(node, revocations));
    }

    @Override
    public void leave(NodeRef node) {
        SocketRouter reached = nodes.get(node.address());
        if (reached != null) {
            reached.leave(node);
        }
    }

    private ForwardResult reach(NodeRef node, Function<SocketRouter, ForwardResult> call) {
        SocketRouter reached = nodes.get(node.address());
        return reached == null
                ? new ForwardResult.Unreachable("no node is attached at " + node.address())
                : call.apply(reached);
    }
}
