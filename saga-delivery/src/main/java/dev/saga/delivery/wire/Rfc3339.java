package dev.saga.delivery.wire;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses times. The form that our own services write, {@code 2026-11-21T02:03:04.567Z}, is parsed without a formatter.
 */
final class Rfc3339 {
    private static final String OURS = "0000-00-00T00:00:00.000Z";
    private static final int NANOS_PER_MILLI = 1_000_000;

    /** The groups: date; hours and minutes; seconds; decimals; offset. */
    private static final Pattern FORM = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[Tt](\\d{2}:\\d{2}:)(\\d{2})(?:\\.(\\d{1,9})\\d*)?([Zz]|[+-]\\d{2}:\\d{2})");

    private static final String LEAP_SECOND = "60";

    private Rfc3339() {}

    /**
     * Parses a time. Decimals after the ninth are dropped. A leap second is read as the second after it, as UTC
     * continues.
     *
     * @throws java.time.DateTimeException if the text is not a time of RFC 3339, whose years have four digits
     */
    static Instant parse(String text) {
        return isOurs(text) ? ours(text) : any(text);
    }

    private static Instant any(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new DateTimeException("not RFC 3339");
        }
        boolean leaps = form.group(3).equals(LEAP_SECOND);
        String decimals = form.group(4) == null ? "" : "." + form.group(4);
        String usual = form.group(1) + "T" + form.group(2) + (leaps ? "59" : form.group(3)) + decimals + form.group(5);
        return OffsetDateTime.parse(usual).toInstant().plusSeconds(leaps ? 1 : 0);
    }

    private static boolean isOurs(String text) {
        if (text.length() != OURS.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char wanted = OURS.charAt(i);
            char is = text.charAt(i);
            if (wanted == '0' ? is < '0' || is > '9' : is != wanted) {
                return false;
            }
        }
        return true;
    }

    private static Instant ours(String text) {
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19),
                        number(text, 20, 23) * NANOS_PER_MILLI)
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int start, int end) {
        return Integer.parseInt(text, start, end, 10);
    }
}
