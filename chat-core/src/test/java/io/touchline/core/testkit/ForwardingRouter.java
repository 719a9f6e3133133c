package io.touchline.core.testkit;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.SocketRouter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A router of which only the forwards matter: whatever else it is told is a forward of nothing, taken or not. */
@FunctionalInterface
public interface ForwardingRouter extends SocketRouter {
    /** The same one, to help the compiler. */
    static SocketRouter of(ForwardingRouter router) {
        return router;
    }

    @Override
    default String name() {
        return "api";
    }

    @Override
    default ForwardResult resync(NodeRef node, Collection<UserId> users) {
        return forward(node, List.of());
    }

    @Override
    default ForwardResult revoke(NodeRef node, Map<UserId, Instant> revocations) {
        return forward(node, List.of());
    }

    @Override
    default void leave(NodeRef node) {
        // nobody is told
    }
}
