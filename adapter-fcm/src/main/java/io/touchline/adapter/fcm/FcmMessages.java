package io.touchline.adapter.fcm;

import com.google.firebase.messaging.AndroidConfig;
import com.google.firebase.messaging.AndroidNotification;
import com.google.firebase.messaging.ApnsConfig;
import com.google.firebase.messaging.Aps;
import com.google.firebase.messaging.Message;
import com.google.firebase.messaging.Notification;
import com.google.firebase.messaging.WebpushConfig;
import com.google.firebase.messaging.WebpushNotification;
import io.touchline.core.model.Announcement;
import io.touchline.core.model.Push;

/** How a push looks to FCM. The channel's id ties the repeats together on every platform. */
final class FcmMessages {
    /**
     * FCM takes 4096 bytes in all. The rest of a message (ids of at most 64 characters, a title, FCM's own fields) stays
     * below 1024.
     */
    static final int MAX_TEXT_BYTES = 3072;

    /** For a device that is away FCM keeps no more keys than that, and drops whichever it likes of the others. */
    private static final int COLLAPSE_KEYS = 4;

    private static final String ELLIPSIS = "…";
    private static final int ELLIPSIS_BYTES = 3;

    private final FcmSettings settings;

    FcmMessages(FcmSettings settings) {
        this.settings = settings;
    }

    Message of(Push push) {
        return push instanceof Announcement announcement ? announcement(announcement) : withdrawal(push);
    }

    private Message announcement(Announcement announcement) {
        String channel = announcement.channel().value();
        return addressed(announcement.device().token())
                .putData("channel", channel)
                .putData("sequence", Long.toString(announcement.sequence()))
                .putData("sender", announcement.sender().value())
                .putData("count", Integer.toString(announcement.count()))
                .putData("badge", Integer.toString(announcement.badge()))
                .setNotification(visible(announcement))
                .setAndroidConfig(android(channel))
                .setApnsConfig(apns(channel, announcement.badge()))
                .setWebpushConfig(webpush(channel))
                .build();
    }

    /**
     * Data alone, for the app to act on. It collapses with nothing, or it would take the place of an announcement of
     * another channel that waits for the device.
     */
    private static Message withdrawal(Push read) {
        return addressed(read.device().token())
                .putData("type", "read")
                .putData("channel", read.channel().value())
                .putData("sequence", Long.toString(read.sequence()))
                .putData("badge", Integer.toString(read.badge()))
                .setAndroidConfig(AndroidConfig.builder()
                        .setPriority(AndroidConfig.Priority.NORMAL)
                        .build())
                .setApnsConfig(ApnsConfig.builder()
                        .putHeader("apns-push-type", "background")
                        .putHeader("apns-priority", "5")
                        .setAps(Aps.builder().setContentAvailable(true).build())
                        .build())
                .build();
    }

    /**
     * FCM's field {@code token} takes registration tokens and installation ids, its field {@code fid} installation ids
     * only. We are given registration tokens.
     */
    @SuppressWarnings("deprecation")
    private static Message.Builder addressed(String token) {
        return Message.builder().setToken(token);
    }

    private Notification visible(Announcement announcement) {
        Notification.Builder notification = Notification.builder().setTitle(settings.title(announcement.count()));
        if (announcement.text() != null) {
            notification.setBody(cut(announcement.text()));
        }
        return notification.build();
    }

    private static AndroidConfig android(String channel) {
        return AndroidConfig.builder()
                .setPriority(AndroidConfig.Priority.HIGH)
                .setCollapseKey("channel-" + Math.floorMod(channel.hashCode(), COLLAPSE_KEYS))
                .setNotification(AndroidNotification.builder().setTag(channel).build())
                .build();
    }

    private static ApnsConfig apns(String channel, int badge) {
        return ApnsConfig.builder()
                .putHeader("apns-collapse-id", channel)
                .putHeader("apns-priority", "10")
                .setAps(Aps.builder()
                        .setThreadId(channel)
                        .setSound("default")
                        .setBadge(badge)
                        .build())
                .build();
    }

    private static WebpushConfig webpush(String channel) {
        return WebpushConfig.builder()
                .putHeader("Urgency", "high")
                .setNotification(WebpushNotification.builder().setTag(channel).build())
                .build();
    }

    /** As much of the text as fits, never half a code point. */
    static String cut(String text) {
        int bytes = 0;
        int fitting = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            bytes += bytes(codePoint);
            if (bytes > MAX_TEXT_BYTES) {
                return text.substring(0, fitting) + ELLIPSIS;
            }
            i += Character.charCount(codePoint);
            if (bytes <= MAX_TEXT_BYTES - ELLIPSIS_BYTES) {
                fitting = i;
            }
        }
        return text;
    }

    /** At most, within JSON in UTF-8; firebase-admin writes what lies beyond the basic plane as two escapes. */
    private static int bytes(int codePoint) {
        if (codePoint < 0x20) {
            return 6;
        } else if (codePoint == '"' || codePoint == '\\') {
            return 2;
        }
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 12;
    }
}
