package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Violation.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a receiver shows of a channel is what its user may read of it: one after the other, without holes or repeats,
 * beginning where one of his periods begins. Only who is told to begin anew, being more than a thousand events behind,
 * leaves something out.
 */
final class ShownCheck {
    private static final int RESET_BEHIND = 1_000;

    private final Facts facts;
    private final Violations violations = new Violations();
    private final Map<Screen, Integer> positions = new HashMap<>();

    /** One channel on one receiver. */
    private record Screen(String receiver, String user, String channel) {
        @Override
        public String toString() {
            return receiver + " in " + channel;
        }
    }

    ShownCheck(Facts facts) {
        this.facts = facts;
    }

    List<Violation> violations() {
        for (Entry entry : facts.history().entries()) {
            if (entry instanceof Entry.Shown shown) {
                Screen screen = new Screen(shown.receiver(), shown.user(), shown.channel());
                shown.sequences().forEach(sequence -> show(screen, sequence));
            } else if (entry instanceof Entry.Reset reset) {
                reset(reset);
            } else if (entry instanceof Entry.Forgot forgot) {
                violations.add(Kind.HOLE, "%s was told to forget everything", forgot.receiver());
                positions.keySet().removeIf(screen -> screen.receiver.equals(forgot.receiver()));
            }
        }
        return violations.found();
    }

    /** The position of an event among those that the user may read, one past the last before it if it is none of them. */
    private int position(Screen screen, long sequence) {
        List<Event> readable = facts.channel(screen.channel).readable(screen.user);
        int low = 0;
        int high = readable.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (readable.get(middle).sequence() < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void show(Screen screen, long sequence) {
        ChannelFacts channel = facts.channel(screen.channel);
        if (channel.event(sequence) == null || !channel.covers(screen.user, sequence)) {
            return; // it got that from somewhere, and there it is found
        }
        int position = position(screen, sequence);
        Integer before = positions.get(screen);
        if (before == null) {
            violations.unless(channel.begins(screen.user, sequence), Kind.HOLE, "%s begins with %s", screen, sequence);
        } else if (position <= before) {
            violations.add(Kind.REPEATED, "%s shows %s again", screen, sequence);
            return;
        } else {
            violations.unless(
                    position == before + 1,
                    Kind.HOLE,
                    "%s shows %s and leaves out %s",
                    screen,
                    sequence,
                    channel.readable(screen.user).subList(before + 1, position));
        }
        positions.put(screen, position);
    }

    private void reset(Entry.Reset reset) {
        Screen screen = new Screen(reset.receiver(), reset.user(), reset.channel());
        int before = positions.getOrDefault(screen, -1);
        int now = position(screen, reset.to());
        violations.unless(
                now - before > RESET_BEHIND,
                Kind.HOLE,
                "%s is told to begin anew though it is only %s behind",
                screen,
                now - before);
        positions.put(screen, Math.max(before, now));
    }
}
