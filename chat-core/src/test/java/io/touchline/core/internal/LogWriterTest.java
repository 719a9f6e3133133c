package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.Draft;
import io.touchline.core.port.UnavailableException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogWriterTest {
    private static final UserId ALICE = new UserId("alice");

    private final InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());
    private final List<Appended> delivered = new ArrayList<>();
    private final LogWriter log = new LogWriter(storage.messages(), delivered::add, new ChatObserver() {});

    @Test
    void storesNothingOnceItIsClosedThoughNobodyWaits() {
        assertThat(log.append(create("before"))).isInstanceOf(Appended.class);
        log.close();

        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> log.append(create("after")));

        assertThat(delivered).hasSize(1);
        assertThat(storage.channels().channel(ALICE, new ChannelId("after"))).isEmpty();
    }

    private static Draft create(String channel) {
        return new Draft.Create(new ChannelId(channel), ALICE, Instant.EPOCH, null, List.of(ALICE));
    }
}
