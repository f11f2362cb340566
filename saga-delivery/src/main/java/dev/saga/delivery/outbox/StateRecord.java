package dev.saga.delivery.outbox;

import dev.saga.event.StateTopic;
import java.util.regex.Pattern;

/**
 * The newest state of something, as a record of a compacted topic.
 *
 * @param key 1 to 200 printable ASCII characters without spaces; a later record with an equal key replaces this one
 * @param json JSON on one line, in UTF-8, at most 256 KiB
 */
public record StateRecord(StateTopic topic, String key, byte[] json) {
    private static final Pattern KEY = Pattern.compile("[!-~]{1,200}");
    private static final int MOST_BYTES = 256 * 1024;

    public StateRecord {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("key \"" + key + "\" is not 1 to 200 printable ASCII characters");
        }
        if (json.length > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "state of " + key + " has " + json.length + " bytes, more than " + MOST_BYTES);
        }
        for (byte each : json) {
            if (each == '\n') {
                throw new IllegalArgumentException("state of " + key + " has a line break");
            }
        }
    }
}
