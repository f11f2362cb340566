package dev.saga.web.problem;

import java.util.regex.Pattern;

/** Text that is safe in responses and logs. */
public final class Plain {
    /** Control characters, line separators, and halves of surrogate pairs, which cannot be written as UTF-8. */
    private static final Pattern ODD = Pattern.compile("[\\p{Cc}\\p{Cs}\\u2028\\u2029]");

    private Plain() {}

    /** Returns the text with U+FFFD in place of control characters, line separators and halves of surrogate pairs. */
    public static String text(String raw) {
        return ODD.matcher(raw).replaceAll("\uFFFD");
    }
}
