package io.touchline.core;

/** What a message may say: text that every client can show. */
final class Content {
    private Content() {}

    static void check(String content, int maxBytes) {
        if (content.isBlank()) {
            throw RefusedException.invalid("content", "must not be blank");
        }
        if (utf8Length(content) > maxBytes) {
            throw RefusedException.invalid("content", "must not be longer than " + maxBytes + " bytes in UTF-8");
        }
    }

    /** Length in UTF-8; a text that has none, or holds NUL, is refused. */
    private static int utf8Length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw RefusedException.invalid("content", "must not hold the character NUL");
            }
            if (!Character.isSurrogate(c)) {
                length += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            } else if (isPair(text, i)) {
                length += 4;
                i++;
            } else {
                throw RefusedException.invalid("content", "must not hold a lone surrogate");
            }
        }
        return length;
    }

    private static boolean isPair(String text, int i) {
        return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
    }
}
