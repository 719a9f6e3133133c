package io.touchline.core.inmemory;

import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.testkit.PresenceRegistryContract;
import io.touchline.core.testkit.SettableClock;
import java.time.Duration;

class InMemoryPresenceRegistryContractTest extends PresenceRegistryContract {
    private final SettableClock clock = new SettableClock();
    private final InMemoryPresenceRegistry registry = new InMemoryPresenceRegistry(clock);

    @Override
    protected PresenceRegistry registry() {
        return registry;
    }

    @Override
    protected void pass(Duration time) {
        clock.pass(time);
    }

    @Override
    protected void loseMemory() {
        registry.forget();
    }
}
