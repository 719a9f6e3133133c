package io.touchline.core.inmemory;

import io.touchline.core.model.Push;
import io.touchline.core.model.Withdrawal;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Accepted;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Writes each push to the log and calls it accepted: what runs where no push service is configured. The log has
 * the device's id, the channel and the sequence, never the token or the text.
 */
public final class LoggingPushNotifier implements PushNotifier {
    private static final Logger LOG = System.getLogger(LoggingPushNotifier.class.getName());

    @Override
    public List<PushResult> push(List<? extends Push> pushes) {
        return pushes.stream().map(LoggingPushNotifier::write).toList();
    }

    private static PushResult write(Push push) {
        LOG.log(
                Level.INFO,
                "{0} device {1}: channel {2} up to {3}",
                push instanceof Withdrawal ? "withdraw from" : "push to",
                push.device().id(),
                push.channel(),
                Long.toString(push.sequence()));
        return new Accepted();
    }
}
