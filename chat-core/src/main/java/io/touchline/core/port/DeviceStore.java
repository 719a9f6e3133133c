package io.touchline.core.port;

import io.touchline.core.model.Device;
import io.touchline.core.model.UserId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Which devices can be pushed. Called by API nodes; implemented beside a {@link MessageStore}.
 *
 * <ul>
 *   <li>DS-1 Registering a device again replaces it.
 *   <li>DS-2 A token belongs to who registered it last: it is taken from every other device.
 *   <li>DS-3 Removing what is not there changes nothing.
 *   <li>DS-4 A device is forgotten only if it still has the token that was read.
 *   <li>DS-5 A user has at most {@value #MAX_DEVICES} devices; one more replaces the one registered longest ago.
 * </ul>
 *
 * <p>Methods block, within the adapter's deadlines, and may be called by any thread. {@link UnavailableException} means:
 * try again, which does no harm.
 */
public interface DeviceStore {
    /** How many devices a user can have. */
    int MAX_DEVICES = 20;

    void register(Device device);

    void remove(UserId user, String device);

    /** The devices of users, by id; a user without one is not in the answer. */
    Map<UserId, List<Device>> devices(Collection<UserId> users);

    /** Removes devices whose token is dead. */
    void forget(Collection<Device> dead);
}
