package dev.saga.inventory.http;

import dev.saga.inventory.Condition;
import dev.saga.inventory.domain.Stock;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The {@code ETag} of a product: a digest of everything that callers see of it. Equal products have equal tags. */
final class EntityTag {
    private static final int BYTES = 12;

    private EntityTag() {}

    /** Returns a strong tag, including its quotes. */
    static String of(Stock stock) {
        byte[] seen = ProductResource.of(stock).toString().getBytes(StandardCharsets.UTF_8);
        return '"' + HexFormat.of().formatHex(sha256(seen), 0, BYTES) + '"';
    }

    /**
     * Parses {@code If-Match}: {@code *} matches any product that exists, a list matches a product with one of its
     * tags, null always matches.
     */
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
