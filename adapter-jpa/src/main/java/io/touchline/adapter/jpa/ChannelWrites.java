package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.numbers;
import static io.touchline.adapter.jpa.Statements.texts;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** The statements that write what a batch of drafts made of its channels, under their locks: one a table. */
final class ChannelWrites {
    /**
     * How many changes of hands are between two debts of a channel at least. A later debt begins at a later sequence, so
     * that its fences are higher than any of an earlier one, of which nothing is kept.
     */
    private static final long FENCES = 1L << 20;

    private final RoundTrip trip;
    private final JpaSettings settings;

    /** @param trip takes the statements; it is not run */
    ChannelWrites(RoundTrip trip, JpaSettings settings) {
        this.trip = trip;
        this.settings = settings;
    }

    /** The channels come by id: rows are made in one order, so that two who make channels do not deadlock. */
    void add(List<OpenChannel> grown) {
        insertChannels(grown.stream().filter(channel -> !channel.isStored()).toList());
        // First the ends: they are for the periods that were open before, not for those that begin here.
        endPeriods(collect(grown, OpenChannel::endedPeriods));
        insertPeriods(collect(grown, OpenChannel::newPeriods));
        EventRow.insert(trip, collect(grown, OpenChannel::events));
        List<EventRow> changed = collect(grown, OpenChannel::changedEvents);
        if (!changed.isEmpty()) {
            EventRow.update(trip, changed);
        }
        updateChannels(grown.stream().filter(OpenChannel::isStored).toList());
        noteOwed(grown.stream().filter(channel -> !channel.isKnownToOwe()).toList());
    }

    private void insertChannels(List<OpenChannel> made) {
        if (made.isEmpty()) {
            return;
        }
        trip.update(
                """
                insert into touchline_channel (id, name, maker, created_at, last_sequence, members_version,
                    last_activity_at, last_message, last_sender, last_skip_to)
                select k.id, k.name, k.maker, cast(k.created_at as timestamp(3) with time zone), k.last_sequence,
                    k.members_version, cast(k.last_activity_at as timestamp(3) with time zone), k.last_message,
                    k.last_sender, k.last_skip_to
                from unnest(cast(? as varchar array), cast(? as varchar array), cast(? as varchar array),
                    cast(? as varchar array), cast(? as bigint array), cast(? as bigint array),
                    cast(? as varchar array), cast(? as bigint array), cast(? as varchar array), cast(? as bigint array))
                    as k(id, name, maker, created_at, last_sequence, members_version, last_activity_at, last_message,
                        last_sender, last_skip_to)""",
                texts(made, OpenChannel::id),
                texts(made, OpenChannel::name),
                texts(made, OpenChannel::maker),
                texts(made, OpenChannel::createdAt),
                numbers(made, OpenChannel::lastSequence),
                numbers(made, OpenChannel::membersVersion),
                texts(made, OpenChannel::lastActivityAt),
                numbers(made, OpenChannel::lastMessage),
                texts(made, OpenChannel::lastSender),
                numbers(made, OpenChannel::lastSkipTo));
    }

    private void insertPeriods(List<OpenChannel.NewPeriod> periods) {
        if (periods.isEmpty()) {
            return;
        }
        Object channelIds = texts(periods, OpenChannel.NewPeriod::channel);
        Object users = texts(periods, OpenChannel.NewPeriod::user);
        trip.update(
                """
                insert into touchline_participant (channel, user_id, first_sequence, last_sequence, joined_at)
                select k.channel, k.user_id, k.first_sequence, k.last_sequence,
                    cast(k.joined_at as timestamp(3) with time zone)
                from unnest(cast(? as varchar array), cast(? as varchar array), cast(? as bigint array),
                    cast(? as bigint array), cast(? as varchar array))
                    as k(channel, user_id, first_sequence, last_sequence, joined_at)""",
                channelIds,
                users,
                numbers(periods, OpenChannel.NewPeriod::first),
                numbers(periods, OpenChannel.NewPeriod::last),
                texts(periods, OpenChannel.NewPeriod::joinedAt));
        trip.update("""
                insert into touchline_marks (channel, user_id)
                select distinct k.channel, k.user_id
                from unnest(cast(? as varchar array), cast(? as varchar array)) as k(channel, user_id)
                where not exists (select 1 from touchline_marks m
                    where m.channel = k.channel and m.user_id = k.user_id)""", channelIds, users);
    }

    private void endPeriods(List<OpenChannel.Ended> ended) {
        if (ended.isEmpty()) {
            return;
        }
        trip.update(
                """
                merge into touchline_participant p
                using (select * from unnest(cast(? as varchar array), cast(? as varchar array), cast(? as bigint array))
                    as k(channel, user_id, last_sequence)) as k
                on p.channel = k.channel and p.user_id = k.user_id and p.last_sequence is null
                when matched then update set last_sequence = k.last_sequence""",
                texts(ended, OpenChannel.Ended::channel),
                texts(ended, OpenChannel.Ended::user),
                numbers(ended, OpenChannel.Ended::last));
    }

    private void updateChannels(List<OpenChannel> stored) {
        if (stored.isEmpty()) {
            return;
        }
        trip.update(
                """
                merge into touchline_channel c
                using (select k.id, k.name, k.last_sequence, k.members_version,
                        cast(k.last_activity_at as timestamp(3) with time zone) as last_activity_at, k.last_message,
                        k.last_sender, k.last_skip_to
                    from unnest(cast(? as varchar array), cast(? as varchar array), cast(? as bigint array),
                        cast(? as bigint array), cast(? as varchar array), cast(? as bigint array),
                        cast(? as varchar array), cast(? as bigint array))
                        as k(id, name, last_sequence, members_version, last_activity_at, last_message, last_sender,
                            last_skip_to)) as k
                on c.id = k.id
                when matched then update set name = k.name, last_sequence = k.last_sequence,
                    members_version = k.members_version, last_activity_at = k.last_activity_at,
                    last_message = k.last_message, last_sender = k.last_sender, last_skip_to = k.last_skip_to""",
                texts(stored, OpenChannel::id),
                texts(stored, OpenChannel::name),
                numbers(stored, OpenChannel::lastSequence),
                numbers(stored, OpenChannel::membersVersion),
                texts(stored, OpenChannel::lastActivityAt),
                numbers(stored, OpenChannel::lastMessage),
                texts(stored, OpenChannel::lastSender),
                numbers(stored, OpenChannel::lastSkipTo));
    }

    /** Under the channels' locks: who settles a channel takes its lock too, so that no debt falls in between. */
    private void noteOwed(List<OpenChannel> grown) {
        if (grown.isEmpty()) {
            return;
        }
        trip.update(
                """
                insert into touchline_owed (channel, from_sequence, owner, fence, lease_until, owed_since)
                select k.channel, k.from_sequence, cast(? as varchar), k.from_sequence * cast(? as bigint),
                    current_timestamp + cast(? as bigint) * interval '0.001' second, current_timestamp
                from unnest(cast(? as varchar array), cast(? as bigint array)) as k(channel, from_sequence)
                where not exists (select 1 from touchline_owed o where o.channel = k.channel)""",
                settings.owner(),
                FENCES,
                settings.lease().toMillis(),
                texts(grown, OpenChannel::id),
                numbers(grown, OpenChannel::firstNewSequence));
    }

    private static <T> List<T> collect(
            Collection<OpenChannel> channels, Function<OpenChannel, ? extends Collection<T>> rows) {
        return channels.stream()
                .flatMap(channel -> rows.apply(channel).stream())
                .toList();
    }
}
