package io.touchline.adapter.fcm;

import java.time.Duration;

/**
 * How {@link FcmPushNotifier} works and what it shows.
 *
 * @param concurrency how many calls are under way at a time, each on a thread of its own
 * @param queue how many announcements wait for one of these at most; what finds no room is to be tried later
 * @param callDeadline the longest that one call may take
 * @param batchDeadline the longest that {@link FcmPushNotifier#push} may take
 * @param one the title of an announcement of one message, at most {@value #MAX_TITLE} characters
 * @param many the title of an announcement of several, in which {@code {count}} is replaced by how many
 */
public record FcmSettings(
        int concurrency, int queue, Duration callDeadline, Duration batchDeadline, String one, String many) {
    static final int MAX_TITLE = 60;

    public FcmSettings {
        if (concurrency < 1 || queue < 1) {
            throw new IllegalArgumentException("concurrency and queue are 1 at least");
        }
        if (callDeadline.toMillis() < 1 || batchDeadline.compareTo(callDeadline) < 0) {
            throw new IllegalArgumentException(
                    "a batch may take as long as a call, and a call a millisecond, at least");
        }
        checkTitle(one);
        checkTitle(many);
    }

    /** 32 calls at a time, 1,000 waiting, 10 s for a call, 30 s for a batch, English titles. */
    public static FcmSettings defaults() {
        return new FcmSettings(
                32, 1_000, Duration.ofSeconds(10), Duration.ofSeconds(30), "New message", "{count} new messages");
    }

    String title(int count) {
        return count == 1 ? one : many.replace("{count}", Integer.toString(count));
    }

    private static void checkTitle(String title) {
        if (title.isBlank() || title.length() > MAX_TITLE) {
            throw new IllegalArgumentException("a title has 1 to " + MAX_TITLE + " characters");
        }
    }
}
