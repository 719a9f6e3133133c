package io.touchline.core.inmemory;

import io.touchline.core.model.Announcement;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Push;
import io.touchline.core.model.Withdrawal;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Accepted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A push service in memory, for embedding and tests: it accepts everything, unless {@linkplain #answer told otherwise},
 * and keeps what each device shows, the latest announcement of a channel in place of an earlier one.
 *
 * <p>It keeps {@value #MAX_DEVICES} devices and {@value #MAX_SHOWN} channels each; past that, the oldest are forgotten.
 */
public final class InMemoryPushNotifier implements PushNotifier {
    static final int MAX_DEVICES = 1_000;
    static final int MAX_SHOWN = 100;

    private final Map<String, Map<ChannelId, Announcement>> shown = new Bounded<>(MAX_DEVICES);
    private final Map<String, PushResult> answers = new Bounded<>(MAX_DEVICES);

    @Override
    public synchronized List<PushResult> push(List<? extends Push> pushes) {
        return pushes.stream().map(this::push).toList();
    }

    /** From now on, that is what becomes of a push to the device; only {@link Accepted} shows it. */
    public synchronized void answer(Device device, PushResult result) {
        answers.put(device.token(), result);
    }

    /** What the device shows, the longest unchanged channel first. */
    public synchronized List<Announcement> shown(Device device) {
        return List.copyOf(shown.getOrDefault(device.token(), Map.of()).values());
    }

    private PushResult push(Push push) {
        String token = push.device().token();
        PushResult result = answers.getOrDefault(token, new Accepted());
        if (result instanceof Accepted) {
            Map<ChannelId, Announcement> screen = shown.computeIfAbsent(token, t -> new Bounded<>(MAX_SHOWN));
            if (push instanceof Announcement announcement) {
                show(screen, announcement);
            } else if (push instanceof Withdrawal withdrawal) {
                screen.values().removeIf(announcement -> isCovered(announcement, withdrawal));
            }
        }
        return result;
    }

    private static boolean isCovered(Announcement announcement, Withdrawal withdrawal) {
        return announcement.channel().equals(withdrawal.channel()) && announcement.sequence() <= withdrawal.sequence();
    }

    private static void show(Map<ChannelId, Announcement> screen, Announcement announcement) {
        screen.remove(announcement.channel());
        screen.put(announcement.channel(), announcement);
    }

    /** Forgets what was put first. */
    private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
        private final int max;

        Bounded(int max) {
            this.max = max;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > max;
        }
    }
}
