package io.touchline.core.testkit;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.Whereabouts;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A registry that takes everything and knows nothing, for tests of a node in which presence does not matter. */
final class AgreeablePresence implements PresenceRegistry {
    @Override
    public Heartbeat heartbeat(NodeRef node, Duration lease) {
        return new Heartbeat(true, "the only one");
    }

    @Override
    public void retire(NodeRef node) {}

    @Override
    public void register(NodeRef node, Collection<UserId> users) {}

    @Override
    public void unregister(NodeRef node, Collection<UserId> users) {}

    @Override
    public Map<UserId, Whereabouts> locate(Collection<UserId> users) {
        return users.stream().distinct().collect(Collectors.toMap(user -> user, user -> new Whereabouts.Unknown()));
    }

    @Override
    public void disprove(Map<UserId, List<Whereabouts.Registration>> absent) {}

    @Override
    public List<NodeRef> nodes() {
        return List.of();
    }
}
