package io.touchline.bootstrap.bench;

/**
 * Channels among users who stand in a circle: the members of each are neighbours, and everybody is in equally many.
 *
 * @param first the number of the first of them
 */
record Channels(int first, int count, int members, int users) {
    /** What the name of every channel begins with; its number follows. */
    static final String PREFIX = "load-";

    Channels {
        if (users % count != 0 || members % (users / count) != 0 || members > users) {
            throw new IllegalArgumentException("not everybody would be in equally many channels");
        }
    }

    int end() {
        return first + count;
    }

    /** Who has a place in a channel, from 0 to the number of members. */
    int member(int channel, int place) {
        return ((channel - first) * (users / count) + place) % users;
    }

    static String name(int channel) {
        return PREFIX + channel;
    }
}
