package io.touchline.core.port;

import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import java.util.List;
import java.util.Set;

/** What a chat node made of a forward. */
public sealed interface ForwardResult {
    /**
     * It took the frames for everybody who is connected there.
     *
     * @param absent the receivers who are not
     * @param receipts what clients acknowledged since the node was last asked, by whichever API node
     */
    record Forwarded(Set<UserId> absent, List<Receipt> receipts) implements ForwardResult {
        public Forwarded {
            absent = Set.copyOf(absent);
            receipts = List.copyOf(receipts);
        }
    }

    /** Another life of the node is at that address: whoever was connected to this one is not any more. */
    record Gone() implements ForwardResult {}

    /**
     * No answer in time, or none that makes sense: some frames may have been delivered.
     *
     * @param reason for the log
     */
    record Unreachable(String reason) implements ForwardResult {}
}
