package io.touchline.core.port;

import io.touchline.core.model.UserId;
import java.util.List;

/**
 * A frame for users' connections.
 *
 * @param receivers each at most once
 */
public record Delivery(Frame frame, List<UserId> receivers) {
    public Delivery {
        receivers = List.copyOf(receivers);
    }
}
