package io.touchline.core.internal;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Marks;
import io.touchline.core.model.UserId;
import io.touchline.core.model.Withdrawal;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger.Moved;
import io.touchline.core.port.UnavailableException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Takes announcements back from the devices of users who have read elsewhere. A courtesy: one try each, off the thread of
 * whoever brought the receipt, and none while the push service takes nothing.
 */
final class Withdrawing {
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_BATCH = 100;

    private record Key(ChannelId channel, UserId user) {}

    private final Delivering.Ports ports;
    private final BooleanSupplier held;
    private final ChatObserver observer;
    private final Lane<Marks, Void> lane;

    /** @param held whether the push service takes nothing just now */
    Withdrawing(Delivering.Ports ports, BooleanSupplier held, ChatObserver observer, Executor workers) {
        this.ports = ports;
        this.held = held;
        this.observer = observer;
        this.lane = new Lane<>("withdrawals", MAX_WAITING, MAX_BATCH, workers, this::withdraw);
    }

    /** Returns at once. */
    void read(Collection<Moved> moved) {
        for (Moved one : moved) {
            if (one.overtakes()) {
                lane.submit(one.marks(), (done, failure) -> {
                    if (failure instanceof RuntimeException defect && !(failure instanceof UnavailableException)) {
                        observer.defect(defect);
                    }
                });
            }
        }
    }

    private List<Void> withdraw(List<Marks> batch) {
        if (!held.getAsBoolean()) {
            Map<Key, Long> read = new HashMap<>();
            batch.forEach(marks -> read.merge(new Key(marks.channel(), marks.user()), marks.read(), Math::max));
            push(read);
        }
        return Collections.nCopies(batch.size(), null);
    }

    private void push(Map<Key, Long> read) {
        Set<UserId> users = new HashSet<>();
        read.keySet().forEach(key -> users.add(key.user));
        Map<UserId, List<Device>> devices = ports.devices().devices(users);
        if (devices.isEmpty()) {
            return;
        }
        Map<UserId, Integer> badges = ports.channels().unread(devices.keySet());
        List<Withdrawal> withdrawals = new ArrayList<>();
        read.forEach((key, sequence) -> {
            for (Device device : devices.getOrDefault(key.user, List.of())) {
                if (takesSilence(device)) {
                    int badge = badges.getOrDefault(key.user, 0);
                    withdrawals.add(new Withdrawal(device, key.channel, sequence, badge));
                }
            }
        });
        ports.push().push(withdrawals);
    }

    /** Browsers show something of their own for a push that shows nothing, or end the subscription. */
    private static boolean takesSilence(Device device) {
        return device.platform() != Device.Platform.WEB;
    }
}
