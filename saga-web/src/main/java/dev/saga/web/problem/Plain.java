package dev.saga.web.problem;

import java.util.regex.Pattern;

/** Text as it may go out to people and programs. */
public final class Plain {
    /** Control characters, and halves of surrogate pairs, which UTF-8 cannot write. */
    private static final Pattern ODD = Pattern.compile("[\\p{Cc}\\p{Cs}\\u2028\\u2029]");

    private Plain() {}

    /** The same text with U+FFFD in place of control characters and of halves of surrogate pairs. */
    public static String text(String raw) {
        return ODD.matcher(raw).replaceAll("\uFFFD");
    }
}
