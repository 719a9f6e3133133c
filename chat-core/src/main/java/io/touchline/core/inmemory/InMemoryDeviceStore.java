package io.touchline.core.inmemory;

import io.touchline.core.model.Device;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeviceStore;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Devices in memory. */
final class InMemoryDeviceStore implements DeviceStore {
    private final InMemoryData data;

    InMemoryDeviceStore(InMemoryData data) {
        this.data = data;
    }

    @Override
    public void register(Device device) {
        synchronized (data) {
            Device before = data.devicesByToken.get(device.token());
            if (before != null) {
                remove(before.user(), before.id());
            }
            remove(device.user(), device.id());
            add(device);
        }
    }

    private void add(Device device) {
        LinkedHashMap<String, Device> own = data.devices.computeIfAbsent(device.user(), u -> new LinkedHashMap<>());
        if (own.size() == MAX_DEVICES) {
            remove(device.user(), own.keySet().iterator().next());
        }
        own.put(device.id(), device);
        data.devicesByToken.put(device.token(), device);
    }

    @Override
    public void remove(UserId user, String device) {
        synchronized (data) {
            LinkedHashMap<String, Device> own = data.devices.get(user);
            Device removed = own == null ? null : own.remove(device);
            if (removed != null) {
                data.devicesByToken.remove(removed.token());
            }
        }
    }

    @Override
    public Map<UserId, List<Device>> devices(Collection<UserId> users) {
        Map<UserId, List<Device>> found = new HashMap<>();
        synchronized (data) {
            for (UserId user : users) {
                LinkedHashMap<String, Device> own = data.devices.get(user);
                if (own != null && !own.isEmpty()) {
                    found.put(user, byId(own.values()));
                }
            }
        }
        return found;
    }

    private static List<Device> byId(Collection<Device> devices) {
        return devices.stream().sorted(Comparator.comparing(Device::id)).toList();
    }

    @Override
    public void forget(Collection<Device> dead) {
        synchronized (data) {
            for (Device device : dead) {
                Device holder = data.devicesByToken.get(device.token());
                if (holder != null
                        && holder.user().equals(device.user())
                        && holder.id().equals(device.id())) {
                    remove(device.user(), device.id());
                }
            }
        }
    }
}
