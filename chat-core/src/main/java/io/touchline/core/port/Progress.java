package io.touchline.core.port;

import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.DeliveryState.Reason;
import io.touchline.core.model.DeliveryState.State;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeliveryLedger.End;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a user is in a channel, as a {@link DeliveryLedger} keeps it: numbers that only grow. The latest end speaks
 * for everything before it.
 *
 * @param delivered his mark
 * @param read his mark
 * @param ended up to where deliveries ended without his receipt, 0 if none did
 * @param end how the latest of them did
 * @param endedAt and when
 */
public record Progress(
        UserId user,
        long delivered,
        long read,
        long ended,
        @Nullable End end,
        @Nullable Instant endedAt) {
    /** What became of a message for him; a receipt says more than any other end. */
    public DeliveryState of(long sequence) {
        if (sequence <= read) {
            return new DeliveryState(user, State.READ, null, null);
        }
        if (sequence <= delivered) {
            return new DeliveryState(user, State.DELIVERED, null, null);
        }
        return sequence <= ended && end != null ? ended(end) : waiting();
    }

    private DeliveryState ended(End how) {
        return switch (how) {
            case TAKEN -> new DeliveryState(user, State.DELIVERED, null, endedAt);
            case PUSHED -> new DeliveryState(user, State.PUSHED, null, endedAt);
            case MUTED -> new DeliveryState(user, State.NONE, Reason.MUTED, endedAt);
            case NO_DEVICE -> new DeliveryState(user, State.NONE, Reason.NO_DEVICE, endedAt);
            case REJECTED -> new DeliveryState(user, State.NONE, Reason.REJECTED, endedAt);
            case LEFT_TO_SYNC -> waiting(); // no message ends so, unless it was deleted before it was announced
        };
    }

    private DeliveryState waiting() {
        return new DeliveryState(user, State.PENDING, Reason.WAITING, null);
    }
}
