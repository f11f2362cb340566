package dev.saga.events;

import static java.util.Objects.requireNonNull;

import dev.saga.event.TransactionId;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event that inventory-svc publishes. */
public sealed interface InventoryEvent extends ShopEvent {

    /** Every line is reserved, at these prices. */
    record Reserved(
            TransactionId transactionId,
            UserId userId,
            List<Line> lines,
            Money totalPrice,
            @Nullable PaymentToken paymentToken)
            implements InventoryEvent {
        public Reserved {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(userId, "user_id is missing");
            lines = Line.priced(lines);
            requireNonNull(totalPrice, "total_price is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.INVENTORY_RESERVED;
        }

        @Override
        public String detail() {
            return Line.format(lines) + " total " + totalPrice.minor();
        }
    }

    /** Nothing is reserved. {@code productId} is the product of the first line that could not be reserved. */
    record Rejected(TransactionId transactionId, RejectReason reason, ProductId productId) implements InventoryEvent {
        public Rejected {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(reason, "reason is missing");
            requireNonNull(productId, "product_id is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.INVENTORY_REJECTED;
        }

        @Override
        public String detail() {
            return reason + " " + productId.text();
        }
    }

    /** The response to ORDER_CANCEL: the lines that were given back, empty if nothing was reserved. */
    record Released(TransactionId transactionId, List<Line> lines) implements InventoryEvent {
        public Released {
            requireNonNull(transactionId, "transaction_id is missing");
            lines = List.copyOf(requireNonNull(lines, "lines are missing"));
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.INVENTORY_RELEASED;
        }

        @Override
        public String detail() {
            return lines.isEmpty() ? "nothing was held" : Line.format(lines);
        }
    }

    /** The reason why an order could not be reserved. */
    enum RejectReason {
        OUT_OF_STOCK,
        UNKNOWN_PRODUCT,
        /** The catalogue's price is not the one that the customer saw, or the total is above 2^63−1. */
        PRICE_CHANGED,
        /** A reason that this version does not know. */
        OTHER
    }
}
