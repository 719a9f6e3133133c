package io.touchline.adapter.jpa;

import io.touchline.core.testkit.StorageUnderTest;
import io.touchline.core.testkit.UserStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class JpaUserStorePostgreSqlContractTest extends UserStoreContract {
    private static TestDatabase database;

    @BeforeAll
    static void start() {
        database = TestDatabase.postgresql();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Override
    protected StorageUnderTest storage(String owner, Duration lease) {
        return database.storage(owner, lease);
    }
}
