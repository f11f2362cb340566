package dev.saga.order.intake;

import dev.saga.event.TransactionId;
import dev.saga.events.value.Line;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to place an order.
 *
 * @param id the id that the order gets if this submission creates it; a repetition gets the id of the first
 * @param paymentToken null if the caller sent none
 * @param idempotencyKey the caller's key for this submission; null if there is none
 * @param traceparent the caller's trace context; null if there is none
 */
public record Submission(
        TransactionId id,
        UserId userId,
        List<Line> lines,
        @Nullable PaymentToken paymentToken,
        @Nullable String idempotencyKey,
        @Nullable String traceparent) {

    /**
     * Returns a SHA-256 in hex, equal for the same lines in the same order and the same token. It tells a repetition from
     * another request under the same key.
     */
    String fingerprint() {
        String content = Line.format(lines) + "|" + (paymentToken == null ? "" : paymentToken.text());
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
