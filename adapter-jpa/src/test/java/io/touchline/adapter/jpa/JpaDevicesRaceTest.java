package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.Device;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeviceStore;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JpaDevicesRaceTest {
    private final UserId alice = new UserId("alice-" + UUID.randomUUID());

    @Test
    void devicesRegisteredAtOnceDoNotAddUpToTooMany() throws Exception {
        try (TestDatabase database = TestDatabase.postgresql()) {
            DeviceStore devices = database.storage("here").devices();
            IntStream.range(0, DeviceStore.MAX_DEVICES).forEach(i -> devices.register(device("old-" + i)));

            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                threads.invokeAll(IntStream.range(0, 8)
                                .mapToObj(i -> Executors.callable(() -> devices.register(device("new-" + i))))
                                .toList())
                        .forEach(registered -> assertThat(registered).succeedsWithin(Duration.ofSeconds(10)));
            } finally {
                threads.shutdownNow();
            }
            assertThat(devices.devices(Set.of(alice)).get(alice)).hasSize(DeviceStore.MAX_DEVICES);
        }
    }

    private Device device(String id) {
        return new Device(alice, id, Device.Platform.WEB, UUID.randomUUID().toString());
    }
}
