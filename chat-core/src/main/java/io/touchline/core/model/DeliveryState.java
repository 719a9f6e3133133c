package io.touchline.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message for one of those it was for.
 *
 * @param reason why he has not got it, there for {@link State#PENDING} and {@link State#NONE} and for no other
 * @param at when its delivery ended otherwise than by a receipt; null if it did not, as nobody notes when receipts came
 */
public record DeliveryState(
        UserId user,
        State state,
        @Nullable Reason reason,
        @Nullable Instant at) {
    public DeliveryState {
        if ((reason != null) != (state == State.PENDING || state == State.NONE)) {
            throw new IllegalArgumentException(state + " because of " + reason);
        }
    }

    /** How far it came. */
    public enum State {
        /** He saw it. */
        READ,
        /** He has it. */
        DELIVERED,
        /** It was announced to his devices, and catching up brings it. */
        PUSHED,
        /** He is owed it still. */
        PENDING,
        /** Nothing told him of it; catching up brings it. */
        NONE
    }

    /** Why somebody has not got a message. */
    public enum Reason {
        /** He wants no push from that channel. */
        MUTED,
        /** There was no device to push to. */
        NO_DEVICE,
        /** The push service refused it for each of his devices for good. */
        REJECTED,
        /** It is under way. */
        WAITING
    }
}
