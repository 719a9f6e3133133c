package io.touchline.bootstrap.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The announcements of an imagined run. */
final class ImaginedPushes {
    private final Imagined run;
    private final Map<Key, Long> pushed = new HashMap<>();
    private final Set<Key> underWay = new HashSet<>();

    private record Key(String user, String channel) {}

    ImaginedPushes(Imagined run) {
        this.run = run;
    }

    long pushed(String user, String channel) {
        return pushed.getOrDefault(new Key(user, channel), 0L);
    }

    /** The event has come to be; who is offline for it is told. */
    void owe(String user, Event event) {
        if (event.isMessage() && !event.sender().equals(user)) {
            look(new Key(user, event.channel()));
        }
    }

    /** The user has just disconnected, and what he has not acknowledged is owed to his devices. */
    void lookSoon(String user) {
        run.channelsOf(user).forEach(channel -> look(new Key(user, channel.name())));
    }

    private void look(Key key) {
        if (!run.devices(key.user).isEmpty() && underWay.add(key)) {
            run.at(run.unlessCut(run.now() + Imagined.millis(run.between(1_050, 2_500))), () -> announce(key));
        }
    }

    private void announce(Key key) {
        underWay.remove(key);
        if (run.isConnected(key.user)) {
            return;
        }
        long settled = Math.max(run.mark(key.user, key.channel), pushed.getOrDefault(key, 0L));
        List<Event> owed = run.channel(key.channel).readable(key.user).stream()
                .filter(event -> event.sequence() > settled)
                .filter(event -> event.isMessage() && !event.sender().equals(key.user))
                .toList();
        if (owed.isEmpty()) {
            return;
        }
        long sequence = owed.get(owed.size() - 1).sequence();
        pushed.put(key, sequence);
        List<String> devices = run.devices(key.user);
        devices.forEach(device -> push(key, device, sequence, true));
        if (run.killWithin(200) >= 0) {
            run.in(1_000, 4_000, () -> devices.forEach(device -> again(key, device, sequence)));
        } else if (devices.size() > 1 && run.chance(20)) {
            retrySibling(key, devices, sequence);
        }
    }

    /** One device is refused for the moment, and while it is tried again the other is told again. */
    private void retrySibling(Key key, List<String> devices, long sequence) {
        push(key, devices.get(1), sequence, false);
        run.in(200, 900, () -> again(key, devices.get(0), sequence));
    }

    /** Unless there are newer news by then. */
    private void again(Key key, String device, long sequence) {
        if (pushed.get(key) == sequence) {
            push(key, device, sequence, true);
        }
    }

    private void push(Key key, String device, long sequence, boolean accepted) {
        run.record(new Entry.Pushed(run.now(), key.user, device, key.channel, sequence, accepted));
    }
}
