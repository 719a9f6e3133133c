package io.touchline.bootstrap.bench;

import io.touchline.bootstrap.bench.Heard.Arrival;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Messages that are due at a steady rate, whether the nodes keep up or not, and what becomes of each. Latency counts from
 * when a message was due, so that a stall is charged to everything it delays. Used by one thread.
 */
final class Run {
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double MICROS_A_MILLI = 1_000;
    private static final double HOPELESS_SECONDS = 2;

    final long measuredFrom;
    final long end;

    private final Channels channels;
    private final double rate;
    private final int first;
    private final long start;
    private final int[] channelOf;
    private final int[] senderOf;
    private final int[] missing; // deliveries still to come
    private final boolean[] answered;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Histogram latency = new Histogram(3); // in microseconds

    private int issued;
    private long outstanding; // answers and deliveries still to come
    private boolean hopeless;
    private long failed;
    private long delivered;
    private long repeated;
    private long disordered;
    private long closed;
    private long lastNews;

    /**
     * Begins now.
     *
     * @param first the number of its first message; those of other runs are others
     */
    Run(Channels channels, double rate, int first, Duration warmUp, Duration measured) {
        this.channels = channels;
        this.rate = rate;
        this.first = first;
        start = System.nanoTime();
        measuredFrom = start + warmUp.toNanos();
        end = measuredFrom + measured.toNanos();
        int most = (int) ((end - start) * rate / NANOS) + 1;
        channelOf = new int[most];
        senderOf = new int[most];
        missing = new int[most];
        answered = new boolean[most];
    }

    /** When the next message is due; past the end there is none. */
    long due() {
        return due(issued);
    }

    private long due(int index) {
        return start + (long) (index * NANOS / rate);
    }

    /** Whether no more is to be sent: it is done, or so much is still under way that the nodes cannot keep up. */
    boolean isOver() {
        hopeless |= outstanding > rate * channels.members() * HOPELESS_SECONDS;
        return hopeless || due() >= end;
    }

    /** The number of the message that is due, sent by somebody somewhere. */
    int issue() {
        int index = issued++;
        int channel = channels.first() + random.nextInt(channels.count());
        channelOf[index] = channel;
        senderOf[index] = channels.member(channel, random.nextInt(channels.members()));
        missing[index] = channels.members() - 1;
        outstanding += 1 + missing[index];
        return first + index;
    }

    /** The number that the first message after these may have. */
    int next() {
        return first + channelOf.length;
    }

    int channel(int number) {
        return channelOf[number - first];
    }

    int sender(int number) {
        return senderOf[number - first];
    }

    void answered(int number, boolean created) {
        if (number < first) {
            return; // of an earlier run
        }
        outstanding--;
        lastNews = System.nanoTime();
        answered[number - first] = created;
        if (!created) {
            failed++;
            outstanding -= missing[number - first];
        }
    }

    void arrived(int number, int receiver, Arrival arrival) {
        if (arrival == Arrival.AGAIN) {
            repeated++;
            return;
        }
        if (arrival == Arrival.AFTER_LATER) {
            disordered++;
        }
        int index = number - first;
        if (index < 0 || senderOf[index] == receiver) {
            return;
        }
        long now = System.nanoTime();
        lastNews = now;
        missing[index]--;
        outstanding--;
        long due = due(index);
        if (due >= measuredFrom) {
            latency.recordValue(TimeUnit.NANOSECONDS.toMicros(now - due));
        }
        if (now >= measuredFrom && now < end) {
            delivered++;
        }
    }

    void closed() {
        closed++;
    }

    /** Whether nothing more is to come, or nothing has come for so long. */
    boolean isSettled(Duration quiet) {
        return isOver() && (outstanding <= 0 || System.nanoTime() - Math.max(lastNews, end) > quiet.toNanos());
    }

    /**
     * @param servers CPU time of the servers while it was measured
     * @param generator CPU time of this process in that time
     */
    Figures figures(String what, Duration servers, Duration generator) {
        double seconds = (end - measuredFrom) / NANOS;
        return new Figures(
                what,
                rate,
                hopeless,
                delivered / seconds,
                millis(50),
                millis(99),
                millis(99.9),
                millis(100),
                failed + unanswered(),
                lost(),
                repeated,
                disordered,
                closed,
                servers.toNanos() / 1e3 / Math.max(1, delivered),
                generator.toNanos() / NANOS / seconds);
    }

    private double millis(double percentile) {
        return latency.getValueAtPercentile(percentile) / MICROS_A_MILLI;
    }

    private long unanswered() {
        long count = issued - failed;
        for (int i = 0; i < issued; i++) {
            count -= answered[i] ? 1 : 0;
        }
        return count;
    }

    private long lost() {
        long count = 0;
        for (int i = 0; i < issued; i++) {
            count += answered[i] ? missing[i] : 0;
        }
        return count;
    }
}
