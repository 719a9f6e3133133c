package io.touchline.core.model;

/** The one form that users' and channels' ids share. */
final class Ids {
    static final int MAX_LENGTH = 64;

    private Ids() {}

    static void check(String kind, String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH || !isAlphanumeric(value.charAt(0))) {
            throw malformed(kind);
        }
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!isAlphanumeric(c) && "._~@:-".indexOf(c) < 0) {
                throw malformed(kind);
            }
        }
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static IllegalArgumentException malformed(String kind) {
        return new IllegalArgumentException("a " + kind
                + " id has 1 to 64 characters out of A-Z a-z 0-9 . _ ~ @ : - and begins with a letter or digit");
    }
}
