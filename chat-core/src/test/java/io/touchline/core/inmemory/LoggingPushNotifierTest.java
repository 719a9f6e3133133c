package io.touchline.core.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.Announcement;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.UserId;
import io.touchline.core.model.Withdrawal;
import io.touchline.core.port.PushResult.Accepted;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoggingPushNotifierTest {
    private final Logger logger = Logger.getLogger(LoggingPushNotifier.class.getName());
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Lines();

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void writesDeviceChannelAndSequenceButNeitherTokenNorText() {
        Device device = new Device(new UserId("bob"), "bobs-phone", Platform.WEB, "the token");
        Announcement news =
                new Announcement(device, new ChannelId("harbour"), 1234567, new UserId("alice"), 2, 3, "the text");

        assertThat(new LoggingPushNotifier().push(List.of(news, new Withdrawal(device, news.channel(), 1234568, 0))))
                .isEqualTo(List.of(new Accepted(), new Accepted()));
        assertThat(lines)
                .containsExactly(
                        "push to device bobs-phone: channel harbour up to 1234567",
                        "withdraw from device bobs-phone: channel harbour up to 1234568");
    }

    private final class Lines extends Handler {
        @Override
        public void publish(LogRecord logged) {
            lines.add(MessageFormat.format(logged.getMessage(), logged.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
