package dev.saga.delivery.wire;

/** Makes text encodable as UTF-8. JSON can escape half of a surrogate pair, but UTF-8 has no form for it. */
public final class WellFormed {
    private static final char REPLACEMENT = '\uFFFD';

    private WellFormed() {}

    /** Returns the text with U+FFFD in place of each surrogate that is not part of a pair. */
    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        var sound = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.MIN_SURROGATE <= c && c <= Character.MAX_SURROGATE ? REPLACEMENT : c)
                .forEach(sound::appendCodePoint);
        return sound.toString();
    }
}
