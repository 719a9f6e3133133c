package io.touchline.core.port;

import java.time.Duration;

/** What became of one push. */
public sealed interface PushResult {
    /** The push service has it. */
    record Accepted() implements PushResult {}

    /** The token is dead: the device is to be forgotten. */
    record Unregistered() implements PushResult {}

    /**
     * Not now.
     *
     * @param after how long to wait at least
     * @param reason for the log
     */
    record RetryLater(Duration after, String reason) implements PushResult {}

    /**
     * Never, for this announcement; the device may be good.
     *
     * @param reason for the log
     */
    record Rejected(String reason) implements PushResult {}

    /**
     * Our credentials or settings are refused, for this device at least: somebody has to mend them. What is owed waits
     * until then, and so does everybody's if it is not the one device's alone.
     *
     * @param reason for the log
     */
    record Misconfigured(String reason) implements PushResult {}
}
