package io.touchline.core.inmemory;

import io.touchline.core.model.Device;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.PushResult;
import io.touchline.core.testkit.PushNotifierContract;
import java.time.Duration;
import java.util.List;

public class InMemoryPushNotifierContractTest extends PushNotifierContract {
    protected final InMemoryPushNotifier inMemory = new InMemoryPushNotifier();

    @Override
    protected PushNotifier notifier() {
        return inMemory;
    }

    @Override
    protected void answer(Device device, Answer answer) {
        inMemory.answer(device, result(answer));
    }

    /** What the service would have become in an adapter: memory has no wire that could fail. */
    protected PushResult result(Answer answer) {
        if (answer instanceof Answer.Accept) {
            return new PushResult.Accepted();
        } else if (answer instanceof Answer.Dead) {
            return new PushResult.Unregistered();
        } else if (answer instanceof Answer.Retry retry) {
            return new PushResult.RetryLater(retry.after(), "asked to");
        } else if (answer instanceof Answer.Reject) {
            return new PushResult.Rejected("told to");
        }
        return new PushResult.RetryLater(Duration.ofSeconds(10), answer.toString());
    }

    @Override
    protected List<Shown> shown(Device device) {
        return inMemory.shown(device).stream()
                .map(announcement -> new Shown(announcement.channel(), announcement.sequence()))
                .toList();
    }

    @Override
    protected Duration deadline() {
        return Duration.ofSeconds(2);
    }
}
