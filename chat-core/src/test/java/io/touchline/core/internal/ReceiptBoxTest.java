package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReceiptBoxTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId MALLORY = new UserId("mallory");
    private static final ChannelId CHANNEL = new ChannelId("c1");

    private final AtomicInteger dropped = new AtomicInteger();
    private final ReceiptBox box = new ReceiptBox(dropped::addAndGet);

    private void nameChannels(int count) {
        for (int i = 0; i < count; i++) {
            box.add(MALLORY, Map.of(new ChannelId("made-up-" + i), 1L), Map.of());
        }
    }

    @Test
    void keepsOthersReceiptsWhateverOneUserSays() {
        nameChannels(200_001);

        box.add(ALICE, Map.of(CHANNEL, 3L), Map.of());

        assertThat(dropped).hasValue(198_001);
        assertThat(box.take()).hasSize(2_001).contains(new Receipt(ALICE, CHANNEL, 3, 0));
    }

    @Test
    void hasRoomForAUserAgainOnceHisReceiptsAreTaken() {
        nameChannels(2_000);
        assertThat(box.take()).hasSize(2_000);

        nameChannels(2_000);

        assertThat(box.take()).hasSize(2_000);
        assertThat(dropped).hasValue(0);
    }
}
