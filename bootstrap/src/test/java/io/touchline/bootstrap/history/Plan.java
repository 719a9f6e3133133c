package io.touchline.bootstrap.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who takes part in a run. In each channel there are its maker, who only reads at the end, its senders, and two thirds of
 * all receivers, absentees and visitors, one of the receivers sending too; so that everybody has channels that are none of
 * his business. If there is one channel, all are in it.
 *
 * @param id in every user's and channel's id, so that runs do not meet
 * @param senders in each channel
 * @param receivers users who stay connected; the first with two devices, the second with one that can be pushed as well
 * @param absentees users who never connect and have a device, the first of them two
 * @param visitors users who connect now and then and have a device
 * @param wanderers users who join and leave; every other one connected, the others with a device
 * @param pace of one sender, on average
 */
public record Plan(
        String id,
        int channels,
        int senders,
        int receivers,
        int absentees,
        int visitors,
        int wanderers,
        Duration pace) {
    private static final int PARTS = 3;

    /** A bit of everything. */
    public static Plan small(String id) {
        return new Plan(id, 3, 2, 4, 3, 2, 2, Duration.ofMillis(200));
    }

    List<String> channelNames() {
        return IntStream.range(0, channels)
                .mapToObj(i -> "channel-" + i + "-" + id)
                .toList();
    }

    String maker() {
        return "maker-" + id;
    }

    /** The user who is a channel's sender of that number. */
    String sender(int channel, int number) {
        if (number == 0) {
            for (int i = 0; i < receivers; i++) {
                if (takesPart(i, channel)) {
                    return receiver(i);
                }
            }
        }
        return "sender-" + channel + "-" + number + "-" + id;
    }

    String receiver(int number) {
        return "receiver-" + number + "-" + id;
    }

    String absentee(int number) {
        return "absentee-" + number + "-" + id;
    }

    String visitor(int number) {
        return "visitor-" + number + "-" + id;
    }

    String wanderer(int number) {
        return "wanderer-" + number + "-" + id;
    }

    /** Who is in a channel from its beginning, beside its maker. */
    List<String> participants(int channel) {
        List<String> users = new ArrayList<>();
        IntStream.range(0, senders).mapToObj(i -> sender(channel, i)).forEach(users::add);
        IntStream.range(0, receivers)
                .filter(i -> takesPart(i, channel))
                .mapToObj(this::receiver)
                .forEach(users::add);
        IntStream.range(0, absentees)
                .filter(i -> takesPart(i, channel))
                .mapToObj(this::absentee)
                .forEach(users::add);
        IntStream.range(0, visitors)
                .filter(i -> takesPart(i, channel))
                .mapToObj(this::visitor)
                .forEach(users::add);
        return users.stream().distinct().toList();
    }

    /** Everybody but the maker. */
    List<String> users() {
        List<String> users = new ArrayList<>();
        IntStream.range(0, channels).forEach(channel -> users.addAll(participants(channel)));
        IntStream.range(0, receivers).mapToObj(this::receiver).forEach(users::add);
        IntStream.range(0, absentees).mapToObj(this::absentee).forEach(users::add);
        IntStream.range(0, visitors).mapToObj(this::visitor).forEach(users::add);
        IntStream.range(0, wanderers).mapToObj(this::wanderer).forEach(users::add);
        return users.stream().distinct().toList();
    }

    private boolean takesPart(int number, int channel) {
        return channels == 1 || (number + channel) % PARTS != PARTS - 1;
    }
}
