package dev.saga.order;

import dev.saga.event.TransactionId;
import dev.saga.events.Line;
import dev.saga.events.PaymentToken;
import dev.saga.events.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wish to order.
 *
 * @param id the order's id, should this wish make one
 * @param idempotencyKey the caller's name for this wish; null for none
 * @param traceparent the caller's trace context; null for none
 */
public record Submission(
        TransactionId id,
        UserId userId,
        List<Line> lines,
        @Nullable PaymentToken paymentToken,
        @Nullable String idempotencyKey,
        @Nullable String traceparent) {

    /** Equal for wishes that ask for the same. */
    String fingerprint() {
        String asked = Line.format(lines) + "|" + (paymentToken == null ? "" : paymentToken.text());
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(asked.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
