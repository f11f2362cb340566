package dev.saga.events;

import static java.util.Objects.requireNonNull;

import dev.saga.event.TransactionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What inventory-svc says. */
public sealed interface InventoryEvent extends ShopEvent {

    /** Every line is held, at these prices. */
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

    /** Nothing is held; {@code productId} is the first line that could not be. */
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

    /** The answer to ORDER_CANCEL: what was given back, empty where nothing was held. */
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

    /** Why an order could not be reserved. */
    enum RejectReason {
        OUT_OF_STOCK,
        UNKNOWN_PRODUCT,
        /** The catalogue's price is not the one that the customer saw, or the total is beyond what can be charged. */
        PRICE_CHANGED,
        /** A reason that this version does not know. */
        OTHER
    }
}
