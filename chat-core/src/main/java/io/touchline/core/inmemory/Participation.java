package io.touchline.core.inmemory;

import io.touchline.core.model.Period;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeliveryLedger.End;
import io.touchline.core.port.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One user in one channel: his periods, oldest first, and how far he is. The numbers only grow. */
final class Participation {
    final UserId user;
    final List<Period> periods = new ArrayList<>();
    long delivered;
    long read;

    /** Up to where deliveries ended otherwise than by a receipt. */
    private long ended;

    private @Nullable End end;
    private @Nullable Instant endedAt;

    /** Up to where it was announced to his devices. */
    private long pushed;

    private @Nullable Instant mutedUntil;

    Participation(UserId user) {
        this.user = user;
    }

    void join(long sequence) {
        periods.add(new Period(user, sequence, Period.OPEN));
    }

    void leave(long sequence) {
        Period open = periods.remove(periods.size() - 1);
        periods.add(new Period(user, open.first(), sequence));
    }

    /** Moves the marks, no further than a log of that length allows, and tells whether they moved. */
    boolean acknowledge(Receipt receipt, long length) {
        long delivered = Math.max(this.delivered, Math.min(receipt.delivered(), last(length)));
        long read = Math.max(this.read, Math.min(receipt.read(), last(length)));
        boolean moved = delivered > this.delivered || read > this.read;
        this.delivered = delivered;
        this.read = read;
        return moved;
    }

    /** What is left to sync is no message, and leaves standing why the messages before it ended. */
    void end(long upTo, End how, Instant at) {
        if (upTo <= ended) {
            return;
        }
        ended = upTo;
        pushed = how == End.PUSHED ? upTo : pushed;
        if (how != End.LEFT_TO_SYNC || end == null) {
            end = how;
            endedAt = at;
        }
    }

    /** Whether he has read what was announced, of which he had not read the last when his mark was there. */
    boolean overtookAnnouncement(long readBefore) {
        return readBefore < pushed && pushed <= read;
    }

    void mute(@Nullable Instant until) {
        mutedUntil = until;
    }

    /** Until when it lasts, null if it does not. */
    @Nullable Instant mutedUntil(Instant now) {
        return mutedUntil != null && mutedUntil.isAfter(now) ? mutedUntil : null;
    }

    Progress progress() {
        return new Progress(user, delivered, read, ended, end, endedAt);
    }

    Period latest() {
        return periods.get(periods.size() - 1);
    }

    boolean isIn() {
        return latest().isOpen();
    }

    boolean covers(long sequence) {
        return periods.stream().anyMatch(period -> period.covers(sequence));
    }

    boolean endsAt(long sequence) {
        return periods.stream().anyMatch(period -> period.last() == sequence);
    }

    long first() {
        return periods.get(0).first();
    }

    /** The last sequence that is his to read, in a log of that length. */
    long last(long length) {
        return Math.min(latest().last(), length);
    }

    long settled() {
        return Math.max(delivered, ended);
    }

    /** How many events that are his come after that sequence, in a log of that length. */
    long behind(long after, long length) {
        return periods.stream()
                .mapToLong(period -> Math.min(period.last(), length) - Math.max(period.first() - 1, after))
                .filter(count -> count > 0)
                .sum();
    }
}
