package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.UserId;
import org.junit.jupiter.api.Test;

class DebtTest {
    private static final UserId BOB = new UserId("bob");

    private final Debt debt = new Debt(0, 0);

    @Test
    void whatAnEarlierPageFoundCountsUntilEverybodyWasLookedAt() {
        debt.goOnAfter(BOB, 1, false);

        assertThat(debt.wasLookedThrough(false)).isTrue();
        assertThat(debt.wasLookedThrough(false)).isFalse();
    }

    @Test
    void whatAnEarlierPageFoundIsForgottenWhenTheLookBeginsAgain() {
        debt.goOnAfter(BOB, 1, false);
        debt.beginAgainAt(2);

        assertThat(debt.lookedUpTo()).isNull();
        assertThat(debt.wasLookedThrough(false)).isFalse();
    }
}
