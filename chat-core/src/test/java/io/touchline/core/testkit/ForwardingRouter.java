package io.touchline.core.testkit;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.SocketRouter;
import java.util.Collection;
import java.util.List;

/** A router of which only the forwards matter: users who are to catch up are forwarded nothing, which is taken or not. */
@FunctionalInterface
public interface ForwardingRouter extends SocketRouter {
    /** The same one, to help the compiler. */
    static SocketRouter of(ForwardingRouter router) {
        return router;
    }

    @Override
    default ForwardResult resync(NodeRef node, Collection<UserId> users) {
        return forward(node, List.of());
    }

    @Override
    default void leave(NodeRef node) {
        // nobody is told
    }
}
