package io.touchline.core.model;

import java.util.Locale;

/**
 * An app installation that can be pushed.
 *
 * @param id the app's choice, 1 to 64 characters
 * @param token its FCM registration token, 1 to {@value #MAX_TOKEN} characters; neither holds control characters or
 *     lone surrogates, which databases refuse
 */
public record Device(UserId user, String id, Platform platform, String token) {
    /** Longer than any token that FCM hands out today, so that growth does not break us. */
    public static final int MAX_TOKEN = 4096;

    public Device {
        if (id.isBlank() || id.length() > Ids.MAX_LENGTH) {
            throw new IllegalArgumentException("a device id has 1 to " + Ids.MAX_LENGTH + " characters");
        }
        if (token.isBlank() || token.length() > MAX_TOKEN) {
            throw new IllegalArgumentException("a device token has 1 to " + MAX_TOKEN + " characters");
        }
        if (!isPlain(id) || !isPlain(token)) {
            throw new IllegalArgumentException("a device id or token has no control characters and no lone surrogates");
        }
    }

    private static boolean isPlain(String text) {
        return text.codePoints()
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    /** What kind of installation it is. */
    public enum Platform {
        ANDROID,
        IOS,
        WEB;

        /** As the contract spells it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The token is a secret of the app: it stays out of logs. */
    @Override
    public String toString() {
        return "Device[" + user + " " + id + " " + platform + "]";
    }
}
