package dev.saga.events.value;

import static java.util.Objects.requireNonNull;

/** The check that the ids of this package share: 1 to 64 of {@code A-Z a-z 0-9 . _ -}. */
final class Identifier {
    private static final int LONGEST = 64;
    private static final int SHOWN = 80;

    private Identifier() {}

    static String name(String what, String text) {
        requireNonNull(text, what + " is missing");
        if (text.isEmpty() || text.length() > LONGEST || !isAllowed(text)) {
            throw new IllegalArgumentException(
                    what + " must be 1 to 64 of A-Z a-z 0-9 . _ - but is '" + shortened(text) + "'");
        }
        return text;
    }

    private static boolean isAllowed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isAllowed(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }

    static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
