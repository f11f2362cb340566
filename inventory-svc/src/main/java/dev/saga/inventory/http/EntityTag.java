package dev.saga.inventory.http;

import dev.saga.inventory.Condition;
import dev.saga.inventory.domain.Stock;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The {@code ETag} of a product: a digest of all that callers see of it, so that equal products have equal tags. */
final class EntityTag {
    private static final int BYTES = 12;

    private EntityTag() {}

    /** A strong tag, in its quotes. */
    static String of(Stock stock) {
        byte[] seen = ProductResource.of(stock).toString().getBytes(StandardCharsets.UTF_8);
        return '"' + HexFormat.of().formatHex(sha256(seen), 0, BYTES) + '"';
    }

    /** What {@code If-Match} says: {@code *} any product that exists, else one of these tags; null asks for nothing. */
    static Condition condition(@Nullable String ifMatch) {
        return ifMatch == null
                ? Condition.NONE
                : stock -> stock != null
                        && Arrays.stream(ifMatch.split(",", -1))
                                .map(String::strip)
                                .anyMatch(tag -> tag.equals("*") || tag.equals(of(stock)));
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
