package dev.saga.delivery.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The value of a record, or the beginning of a value that is too large, so that memory does not depend on its size.
 *
 * @param bytes the value, or its beginning
 * @param length bytes of the whole value
 * @param sha256 hash of the whole value if {@code bytes} is only a part of it; otherwise null
 */
public record Payload(byte[] bytes, long length, byte @Nullable [] sha256) {
    /** The maximum size of an event of the contract, in bytes. */
    static final int LARGEST_EVENT = 1_000_000;

    private static final int KEPT = 64 * 1024;

    /** Keeps the whole value, or its first 64 KiB if it has more than 1,000,000 bytes. */
    public static Payload of(byte[] value) {
        var whole = new Payload(value, value.length, null);
        return value.length <= LARGEST_EVENT ? whole : whole.cut(KEPT);
    }

    /** Returns the first 64 KiB, for a record that no version of a service can ever read. */
    public Payload ofGarbage() {
        return cut(KEPT);
    }

    boolean isCut() {
        return bytes.length < length;
    }

    /** Returns a copy with at most {@code most} bytes, and with the hash of the whole value if that cuts it. */
    public Payload cut(int most) {
        return bytes.length <= most
                ? this
                : new Payload(Arrays.copyOf(bytes, most), length, sha256 == null ? hash(bytes) : sha256);
    }

    /** Returns the SHA-256 of the text in UTF-8. */
    public static byte[] hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
