package dev.saga.events;

import static java.util.Objects.requireNonNull;

import dev.saga.event.TransactionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What order-svc says. */
public sealed interface OrderEvent extends ShopEvent {

    /** An order was accepted; asks inventory-svc to reserve it. A line without a price takes the catalogue's. */
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

    /** Asks every participant to undo its part. */
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

    /** Final: reserved and paid. */
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

    /** Final: everything is undone. */
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
