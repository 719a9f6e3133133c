package io.touchline.core.inmemory;

import io.touchline.core.testkit.DeliveryLedgerContract;
import io.touchline.core.testkit.StorageUnderTest;
import java.time.Clock;
import java.time.Duration;

class InMemoryDeliveryLedgerContractTest extends DeliveryLedgerContract {
    private final InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());

    @Override
    protected StorageUnderTest storage(String owner, Duration lease) {
        InMemoryStorage node = storage.node(owner, lease);
        return new StorageUnderTest(node.messages(), node.channels(), node.ledger(), node.devices(), node.users());
    }
}
