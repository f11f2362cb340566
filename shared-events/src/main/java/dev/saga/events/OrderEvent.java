package dev.saga.events;

import static java.util.Objects.requireNonNull;

import dev.saga.event.TransactionId;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event that order-svc publishes. */
public sealed interface OrderEvent extends ShopEvent {

    /**
     * An order was accepted. inventory-svc is to reserve its lines; a line without a price gets the catalogue's price.
     */
    record Created(
            TransactionId transactionId,
            UserId userId,
            List<Line> lines,
            @Nullable PaymentToken paymentToken) implements OrderEvent {
        public Created {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(userId, "user_id is missing");
            lines = Line.checked(lines);
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.ORDER_CREATED;
        }

        @Override
        public String detail() {
            return Line.format(lines);
        }
    }

    /** Every participant is to undo its part. */
    record Cancel(TransactionId transactionId, CancelReason reason) implements OrderEvent {
        public Cancel {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(reason, "reason is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.ORDER_CANCEL;
        }

        @Override
        public String detail() {
            return reason.name();
        }
    }

    /** The order is reserved and paid. Final, unless its user cancels. */
    record Confirmed(TransactionId transactionId, UserId userId, Money totalPrice) implements OrderEvent {
        public Confirmed {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(userId, "user_id is missing");
            requireNonNull(totalPrice, "total_price is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.ORDER_CONFIRMED;
        }

        @Override
        public String detail() {
            return "total " + totalPrice.minor();
        }
    }

    /** The order is cancelled and everything is undone. Final. */
    record Cancelled(TransactionId transactionId, UserId userId, CancelReason reason) implements OrderEvent {
        public Cancelled {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(userId, "user_id is missing");
            requireNonNull(reason, "reason is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.ORDER_CANCELLED;
        }

        @Override
        public String detail() {
            return reason.name();
        }
    }
}
