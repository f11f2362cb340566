package dev.saga.delivery.consumer;

import dev.saga.delivery.wire.Payload;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes that one poll brings into memory, counted after decompression: {@code max.partition.fetch.bytes}
 * counts the bytes that the broker sends, which may be a thousandth of it. The deserializer rejects a record that no
 * longer fits. The consumer then returns the records before it, and deserializes it again in the next poll. The first
 * record of a poll always fits, so a poll never fails for this reason.
 */
final class PollBudget {
    /** The maximum bytes per poll; more than the records of an ordinary full poll. */
    static final long BYTES = 8 << 20;

    private static final int LONGEST_KEY = 256;

    private long used;
    private int keyBytes;

    /** Starts the budget of a new poll. */
    void begin() {
        used = 0;
    }

    private void spend(long bytes) {
        if (used > 0 && used + bytes > BYTES) {
            throw new SerializationException("the next poll returns this record");
        }
        used += Math.max(1, bytes);
    }

    /** Returns the deserializer of keys; it cuts a key longer than 256 bytes, which cannot be the key of an event. */
    Deserializer<byte[]> keys() {
        return (topic, key) -> {
            keyBytes = key == null ? 0 : key.length;
            return key == null || key.length <= LONGEST_KEY ? key : java.util.Arrays.copyOf(key, LONGEST_KEY);
        };
    }

    /** Returns the deserializer of values; it counts a value together with its key and headers. */
    Deserializer<@Nullable Payload> values() {
        return new Deserializer<>() {
            @Override
            public @Nullable Payload deserialize(String topic, byte @Nullable [] value) {
                return value == null ? null : Payload.of(value);
            }

            @Override
            public @Nullable Payload deserialize(String topic, Headers headers, byte @Nullable [] value) {
                spend((value == null ? 0 : value.length) + keyBytes + bytes(headers));
                return deserialize(topic, value);
            }
        };
    }

    private static long bytes(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }
}
