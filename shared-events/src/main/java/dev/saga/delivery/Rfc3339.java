package dev.saga.delivery;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Reads times. Those in the form that our own services write, {@code 2026-11-21T02:03:04.567Z}, without a formatter. */
final class Rfc3339 {
    private static final String OURS = "0000-00-00T00:00:00.000Z";
    private static final int NANOS_PER_MILLI = 1_000_000;

    private Rfc3339() {}

    /** @throws java.time.DateTimeException the text is no time */
    static Instant parse(String text) {
        return isOurs(text) ? ours(text) : OffsetDateTime.parse(text).toInstant();
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
