package io.touchline.adapter.fcm;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.testkit.PushNotifierContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class FcmPushNotifierContractTest extends PushNotifierContract {
    private static FcmServer server;
    private static FcmConnection connection;
    private static FcmPushNotifier notifier;

    @BeforeAll
    static void start(@TempDir Path files) {
        server = FcmServer.start();
        connection = FcmConnection.open(server.writeCredentials(files.resolve("key.json")), server.endpoint());
        notifier = new FcmPushNotifier(
                connection.messaging(),
                new FcmSettings(4, 100, Duration.ofSeconds(1), Duration.ofSeconds(3), "New message", "{count} new"));
    }

    @AfterAll
    static void stop() {
        notifier.close();
        connection.close();
        server.close();
    }

    @Override
    protected PushNotifier notifier() {
        return notifier;
    }

    @Override
    protected void answer(Device device, Answer answer) {
        server.answer(device.token(), spoken(answer));
    }

    private static FcmAnswer spoken(Answer answer) {
        if (answer instanceof Answer.Accept) {
            return FcmAnswer.accept();
        } else if (answer instanceof Answer.Dead) {
            return FcmAnswer.unregistered();
        } else if (answer instanceof Answer.NotFound) {
            return FcmAnswer.raw(404, "<html>nothing here</html>");
        } else if (answer instanceof Answer.Retry retry) {
            return FcmAnswer.quotaExceeded().retryAfter(retry.after());
        }
        return answer instanceof Answer.Reject ? FcmAnswer.invalidArgument() : FcmAnswer.silence();
    }

    @Override
    protected List<Shown> shown(Device device) {
        return server.shown(device.token()).stream()
                .map(shown -> new Shown(new ChannelId(shown.channel()), shown.sequence()))
                .toList();
    }

    @Override
    protected Duration deadline() {
        return Duration.ofSeconds(8);
    }
}
