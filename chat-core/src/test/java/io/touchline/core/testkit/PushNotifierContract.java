package io.touchline.core.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.touchline.core.model.Announcement;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.Push;
import io.touchline.core.model.UserId;
import io.touchline.core.model.Withdrawal;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Accepted;
import io.touchline.core.port.PushResult.Rejected;
import io.touchline.core.port.PushResult.RetryLater;
import io.touchline.core.port.PushResult.Unregistered;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link PushNotifier} keeps, whatever push service is behind it. */
public abstract class PushNotifierContract {
    /** The notifier, the same throughout a test. */
    protected abstract PushNotifier notifier();

    /** How the push service answers for a device from now on; until told, it accepts. */
    protected abstract void answer(Device device, Answer answer);

    /** What the device shows, oldest first. */
    protected abstract List<Shown> shown(Device device);

    /** By when {@link PushNotifier#push} returns, whatever the push service does; a generous bound. */
    protected abstract Duration deadline();

    /** A push service's answer. */
    public sealed interface Answer {
        /** Taken. */
        record Accept() implements Answer {}

        /** The token is dead, in the push service's own words. */
        record Dead() implements Answer {}

        /** "Not found", but not in the words for a dead token: a proxy's error page, a wrong path. */
        record NotFound() implements Answer {}

        /** Too many, or a fault: come back after that. */
        record Retry(Duration after) implements Answer {}

        /** This announcement is malformed or forbidden. */
        record Reject() implements Answer {}

        /** No answer at all. */
        record Silence() implements Answer {}
    }

    /** One announcement on a device's screen. */
    public record Shown(ChannelId channel, long sequence) {}

    @Test
    @DisplayName("PN-1 a batch is answered in its order")
    void batchIsAnsweredInOrder() {
        List<Device> devices = IntStream.range(0, 4).mapToObj(i -> device()).toList();
        answer(devices.get(1), new Answer.Dead());
        answer(devices.get(3), new Answer.Retry(Duration.ofSeconds(77)));

        List<PushResult> results =
                push(devices.stream().map(device -> news(device, 1)).toList());

        assertEquals(4, results.size());
        assertEquals(new Accepted(), results.get(0));
        assertEquals(new Unregistered(), results.get(1));
        assertEquals(new Accepted(), results.get(2));
        assertEquals(Duration.ofSeconds(77), assertRetry(results.get(3)));
    }

    @Test
    @DisplayName("PN-1 an empty batch has no results")
    void emptyBatch() {
        assertEquals(List.of(), push(List.of()));
    }

    @Test
    @DisplayName("PN-1 one that fails does not touch the others")
    void failureTouchesOnlyItself() {
        Device first = device();
        Device failing = device();
        Device last = device();
        Announcement toFirst = news(first, 5);
        Announcement toLast = news(last, 6);
        answer(failing, new Answer.Reject());

        List<PushResult> results = push(List.of(toFirst, news(failing, 7), toLast));

        assertEquals(3, results.size());
        assertEquals(new Accepted(), results.get(0));
        assertInstanceOf(Rejected.class, results.get(1));
        assertEquals(new Accepted(), results.get(2));
        assertEquals(List.of(new Shown(toFirst.channel(), 5)), shown(first));
        assertEquals(List.of(), shown(failing));
        assertEquals(List.of(new Shown(toLast.channel(), 6)), shown(last));
    }

    @Test
    @DisplayName("PN-2 a dead token is a result")
    void deadTokenIsAResult() {
        Device device = device();
        answer(device, new Answer.Dead());

        assertEquals(List.of(new Unregistered()), push(List.of(news(device, 1))));
    }

    @Test
    @DisplayName("PN-2 not found, but not in the push service's own word, is to be tried again")
    void onlyThePushServicesOwnWordIsDeath() {
        Device device = device();
        answer(device, new Answer.NotFound());

        assertRetry(push(List.of(news(device, 1))).get(0));
    }

    @Test
    @DisplayName("PN-3 a wait that the push service asks for is passed on")
    void waitIsPassedOn() {
        Device device = device();
        answer(device, new Answer.Retry(Duration.ofSeconds(123)));

        assertEquals(
                Duration.ofSeconds(123),
                assertRetry(push(List.of(news(device, 1))).get(0)));
    }

    @Test
    @DisplayName("PN-4 a push service that does not answer is a result within the deadline")
    void silenceIsAResult() {
        Device silent = device();
        Device other = device();
        answer(silent, new Answer.Silence());

        List<PushResult> results = push(List.of(news(silent, 1), news(other, 1)));

        assertEquals(2, results.size());
        assertRetry(results.get(0));
        assertEquals(new Accepted(), results.get(1));
    }

    @Test
    @DisplayName("PN-5 a repeated announcement replaces the earlier one of its channel, and no other")
    void repeatReplaces() {
        Device device = device();
        Announcement earlier = news(device, 3);
        Announcement elsewhere = news(device, 9);
        Announcement later = new Announcement(device, earlier.channel(), 4, earlier.sender(), 2, 5, null);

        push(List.of(earlier));
        push(List.of(elsewhere));
        push(List.of(later));
        push(List.of(later));

        assertEquals(List.of(new Shown(elsewhere.channel(), 9), new Shown(later.channel(), 4)), shown(device));
    }

    @Test
    @DisplayName("PN-6 a withdrawal takes back what is shown of its channel up to its sequence, and nothing else")
    void withdrawalTakesBack() {
        Device device = device();
        Device other = device();
        Announcement read = news(device, 3);
        Announcement later = news(device, 9);
        Announcement elsewhere = news(device, 1);
        Announcement another = new Announcement(other, read.channel(), 3, read.sender(), 1, 3, null);
        push(List.of(read));
        push(List.of(later));
        push(List.of(elsewhere));
        push(List.of(another));

        List<PushResult> results = push(
                List.of(new Withdrawal(device, read.channel(), 3, 2), new Withdrawal(device, later.channel(), 8, 2)));

        assertEquals(List.of(new Accepted(), new Accepted()), results);
        assertEquals(List.of(new Shown(later.channel(), 9), new Shown(elsewhere.channel(), 1)), shown(device));
        assertEquals(List.of(new Shown(another.channel(), 3)), shown(other));
    }

    @Test
    @DisplayName("PN-6 a withdrawal of what is not shown shows nothing")
    void withdrawalShowsNothing() {
        Device device = device();

        assertEquals(List.of(new Accepted()), push(List.of(new Withdrawal(device, ChannelId.random(), 3, 0))));

        assertEquals(List.of(), shown(device));
    }

    private List<PushResult> push(List<? extends Push> pushes) {
        return assertTimeoutPreemptively(deadline(), () -> notifier().push(pushes));
    }

    private static Duration assertRetry(PushResult result) {
        return assertInstanceOf(RetryLater.class, result).after();
    }

    /** A device of its own for each test. */
    protected static Device device() {
        String id = UUID.randomUUID().toString();
        return new Device(new UserId(id), "phone", Platform.ANDROID, "token:" + id);
    }

    /** The first message of a new channel. */
    protected static Announcement news(Device device, long sequence) {
        return new Announcement(device, ChannelId.random(), sequence, new UserId("alice"), 1, 3, null);
    }
}
