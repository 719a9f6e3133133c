package io.touchline.core.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.Announcement;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.UserId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InMemoryPushNotifierTest {
    private static final UserId ALICE = new UserId("alice");

    private final InMemoryPushNotifier notifier = new InMemoryPushNotifier();

    @Test
    void forgetsTheOldestChannelOfADeviceThatShowsTooMany() {
        Device device = device(0);
        notifier.push(IntStream.rangeClosed(0, InMemoryPushNotifier.MAX_SHOWN)
                .mapToObj(i -> news(device, "c" + i))
                .toList());

        assertThat(notifier.shown(device)).hasSize(InMemoryPushNotifier.MAX_SHOWN);
        assertThat(notifier.shown(device).get(0).channel()).isEqualTo(new ChannelId("c1"));
    }

    @Test
    void forgetsTheOldestDevice() {
        notifier.push(IntStream.rangeClosed(0, InMemoryPushNotifier.MAX_DEVICES)
                .mapToObj(i -> news(device(i), "c"))
                .toList());

        assertThat(notifier.shown(device(0))).isEmpty();
        assertThat(notifier.shown(device(1))).isEqualTo(List.of(news(device(1), "c")));
    }

    private static Device device(int i) {
        return new Device(ALICE, "phone", Platform.IOS, "token " + i);
    }

    private static Announcement news(Device device, String channel) {
        return new Announcement(device, new ChannelId(channel), 1, ALICE, 1, 2, null);
    }
}
