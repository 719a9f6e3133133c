package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JettyMemoryTest {
    @Test
    void thisJettyStillKeepsTheHandshakeWhereWeLook() {
        assertThat(JettyMemory.HEADERS)
                .as("if this fails after an upgrade, measure the memory of idle connections again")
                .isNotNull();
    }
}
