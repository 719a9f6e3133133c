package io.touchline.core.inmemory;

import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.Event;
import io.touchline.core.model.Page;
import io.touchline.core.model.Participant;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChannelDirectory;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Channels as their participants see them, in memory. */
final class InMemoryChannelDirectory implements ChannelDirectory {
    private final InMemoryData data;

    InMemoryChannelDirectory(InMemoryData data) {
        this.data = data;
    }

    /** A channel's place in the list: latest activity first. Its text is the cursor. */
    private record Place(Instant activity, ChannelId channel) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::activity).reversed().thenComparing(Place::channel);

        static Place of(ChannelLog log) {
            return new Place(log.event(log.length()).createdAt(), log.id);
        }

        /** @throws IllegalArgumentException if it is not a cursor of ours */
        static Place parse(String cursor) {
            int colon = cursor.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("not a cursor of this list");
            }
            Instant activity = Instant.ofEpochMilli(Long.parseLong(cursor.substring(0, colon)));
            return new Place(activity, new ChannelId(cursor.substring(colon + 1)));
        }

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return activity.toEpochMilli() + ":" + channel;
        }
    }

    @Override
    public Optional<Channel> channel(UserId reader, ChannelId channel) {
        synchronized (data) {
            ChannelLog log = data.log(channel);
            return log == null
                    ? Optional.empty()
                    : log.participation(reader).map(own -> seen(log, own, data.clock.instant()));
        }
    }

    @Override
    public Page<Channel> channels(UserId user, @Nullable String cursor, int limit) {
        Place after = cursor == null ? null : Place.parse(cursor);
        synchronized (data) {
            Stream<ChannelLog> rest = data.logsOf(user).stream()
                    .filter(log -> log.isIn(user))
                    .filter(log -> after == null || Place.of(log).compareTo(after) > 0)
                    .sorted(Comparator.comparing(Place::of));
            Instant now = data.clock.instant();
            return page(
                    rest,
                    limit,
                    log -> Place.of(log).toString(),
                    log -> seen(log, log.participation(user).orElseThrow(), now));
        }
    }

    @Override
    public Optional<Page<Participant>> participants(
            ChannelId channel, UserId reader, @Nullable String cursor, int limit) {
        UserId after = cursor == null ? null : new UserId(cursor);
        synchronized (data) {
            ChannelLog log = data.log(channel);
            if (log == null || !log.isIn(reader)) {
                return Optional.empty();
            }
            Stream<Participation> rest = log.participationsAfter(after).stream().filter(Participation::isIn);
            return Optional.of(page(rest, limit, own -> own.user.value(), own -> participant(log, own)));
        }
    }

    @Override
    public Optional<Page<DeliveryState>> deliveries(
            ChannelId channel, long sequence, UserId reader, @Nullable String cursor, int limit) {
        UserId after = cursor == null ? null : new UserId(cursor);
        synchronized (data) {
            ChannelLog log = data.log(channel);
            if (log == null || !log.isMessageOf(sequence, reader)) {
                return Optional.empty();
            }
            UserId sender = log.event(sequence).sender();
            Stream<Participation> rest = log.participationsAfter(after).stream()
                    .filter(own -> own.covers(sequence) && !own.user.equals(sender));
            return Optional.of(page(
                    rest, limit, own -> own.user.value(), own -> own.progress().of(sequence)));
        }
    }

    @Override
    public Map<UserId, Integer> unread(Collection<UserId> users) {
        Map<UserId, Integer> found = new HashMap<>();
        synchronized (data) {
            for (UserId user : users) {
                int unread = data.logsOf(user).stream()
                        .filter(log -> log.isIn(user))
                        .mapToInt(log -> unread(log, log.participation(user).orElseThrow()))
                        .sum();
                if (unread > 0) {
                    found.put(user, Math.min(unread, Channel.UNREAD_CAP));
                }
            }
        }
        return found;
    }

    @Override
    public boolean mute(UserId user, ChannelId channel, @Nullable Instant until) {
        synchronized (data) {
            ChannelLog log = data.log(channel);
            Optional<Participation> own =
                    log == null ? Optional.empty() : log.participation(user).filter(Participation::isIn);
            own.ifPresent(participation -> participation.mute(until));
            return own.isPresent();
        }
    }

    private static <S, T> Page<T> page(Stream<S> rest, int limit, Function<S, String> cursor, Function<S, T> shown) {
        List<S> found = rest.limit(limit + 1L).toList();
        boolean more = found.size() > limit;
        List<S> items = more ? found.subList(0, limit) : found;
        return new Page<>(items.stream().map(shown).toList(), more ? cursor.apply(items.get(limit - 1)) : null);
    }

    private static Channel seen(ChannelLog log, Participation own, Instant now) {
        long last = own.last(log.length());
        return new Channel(
                log.id,
                log.name(last),
                log.event(1).createdAt(),
                own.first(),
                last,
                own.read,
                unread(log, own),
                participantsAfter(last, log.participationsAfter(null)),
                log.messagesBefore(last + 1, own).findFirst().orElse(null),
                own.mutedUntil(now));
    }

    private static int unread(ChannelLog log, Participation own) {
        return (int) log.messagesBefore(Long.MAX_VALUE, own)
                .takeWhile(message -> message.sequence() > own.read)
                .filter(message -> !message.sender().equals(own.user) && !((Event.Message) message.body()).deleted())
                .limit(Channel.UNREAD_CAP)
                .count();
    }

    /** How many take part once that event has happened: a leaver no longer counts after his last. */
    private static int participantsAfter(long sequence, Collection<Participation> all) {
        return (int) all.stream()
                .filter(own -> own.covers(sequence) && !own.endsAt(sequence))
                .count();
    }

    private static Participant participant(ChannelLog log, Participation own) {
        Event joined = log.event(own.latest().first());
        return new Participant(own.user, own.delivered, own.read, joined.createdAt());
    }
}
