package dev.saga.delivery.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The value of a record, or the beginning of one that is too large to be an event: then memory does not depend on it.
 *
 * @param bytes the value, or its first 64 KiB
 * @param length bytes that the whole value has
 * @param sha256 hash of the whole value if {@code bytes} is not all of it; otherwise null
 */
public record Payload(byte[] bytes, long length, byte @Nullable [] sha256) {
    /** An event of the contract is never larger, in bytes. */
    static final int LARGEST_EVENT = 1_000_000;

    private static final int KEPT = 64 * 1024;

    public static Payload of(byte[] value) {
        var whole = new Payload(value, value.length, null);
        return value.length <= LARGEST_EVENT ? whole : whole.cut(KEPT);
    }

    /** The same payload of a record that nobody can ever read: its beginning tells what it was. */
    public Payload ofGarbage() {
        return cut(KEPT);
    }

    boolean isCut() {
        return bytes.length < length;
    }

    /** The same payload with at most so many bytes, and with the hash of the whole. */
    public Payload cut(int most) {
        return bytes.length <= most
                ? this
                : new Payload(Arrays.copyOf(bytes, most), length, sha256 == null ? hash(bytes) : sha256);
    }

    /** SHA-256. */
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
