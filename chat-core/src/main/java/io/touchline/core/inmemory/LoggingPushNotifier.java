package io.touchline.core.inmemory;

import io.touchline.core.model.Announcement;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Accepted;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Writes each announcement to the log and calls it accepted: what runs where no push service is configured. The log has
 * the device's id, the channel and the sequence, never the token or the text.
 */
public final class LoggingPushNotifier implements PushNotifier {
    private static final Logger LOG = System.getLogger(LoggingPushNotifier.class.getName());

    @Override
    public List<PushResult> push(List<Announcement> announcements) {
        return announcements.stream().map(LoggingPushNotifier::write).toList();
    }

    private static PushResult write(Announcement announcement) {
        LOG.log(
                Level.INFO,
                "push to device {0}: channel {1} up to {2}",
                announcement.device().id(),
                announcement.channel(),
                Long.toString(announcement.sequence()));
        return new Accepted();
    }
}
