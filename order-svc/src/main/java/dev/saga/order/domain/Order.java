package dev.saga.order.domain;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.Line;
import dev.saga.events.Money;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.PaymentToken;
import dev.saga.events.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An order and its saga, as order-svc knows them. Every method that takes an event is a pure function of the two: the
 * same event again, or one that comes too late or too early, finds the state that makes it harmless.
 *
 * @param lines as the customer sent them; with the catalogue's prices once inventory-svc has said them
 * @param totalPrice null until the catalogue's prices are known
 * @param inventoryUndone whether inventory-svc has answered ORDER_CANCEL, or held nothing
 * @param paymentUndone whether payment-svc has answered ORDER_CANCEL, or is the one that failed
 * @param nudges how often the saga was nudged since it last made progress
 */
public record Order(
        TransactionId id,
        UserId userId,
        List<Line> lines,
        @Nullable PaymentToken paymentToken,
        OrderStatus status,
        @Nullable CancelReason cancelReason,
        @Nullable Money totalPrice,
        boolean inventoryUndone,
        boolean paymentUndone,
        int nudges,
        Instant createdAt,
        Instant updatedAt) {
    /** Nudges of a PENDING order before it is given up. */
    public static final int MOST_NUDGES = 3;

    private static final int MOST_DOUBLINGS = 5;

    /** A new order. */
    public static Decision place(
            TransactionId id, UserId userId, List<Line> lines, @Nullable PaymentToken token, Instant now) {
        var order = new Order(id, userId, lines, token, OrderStatus.PENDING, null, null, false, false, 0, now, now);
        return Decision.of(order, order.created());
    }

    /** What inventory-svc said. */
    public Decision on(InventoryEvent event) {
        return switch (event) {
            case InventoryEvent.Reserved reserved -> Decision.none(priced(reserved));
            case InventoryEvent.Rejected rejected ->
                status == OrderStatus.PENDING ? rejected(rejected) : Decision.none(this);
            case InventoryEvent.Released released ->
                status == OrderStatus.CANCELLING ? undone(true, paymentUndone) : Decision.none(this);
        };
    }

    /** What payment-svc said. */
    public Decision on(PaymentEvent event) {
        return switch (event) {
            case PaymentEvent.Completed completed ->
                status == OrderStatus.PENDING ? confirmed(completed.amount()) : Decision.none(this);
            case PaymentEvent.Failed failed ->
                status == OrderStatus.PENDING ? cancelling(reasonOf(failed), true) : Decision.none(this);
            case PaymentEvent.Voided voided ->
                status == OrderStatus.CANCELLING ? undone(inventoryUndone, true) : Decision.none(this);
            case PaymentEvent.Refunded refunded ->
                status == OrderStatus.CANCELLING ? undone(inventoryUndone, true) : Decision.none(this);
        };
    }

    /** The user cancels; empty where it is too late: the order was cancelled, or is being cancelled, for another reason. */
    public Optional<Decision> cancelByUser() {
        return switch (status) {
            case PENDING, CONFIRMED -> Optional.of(cancelling(CancelReason.CANCELLED_BY_USER, false));
            case CANCELLING, CANCELLED ->
                cancelReason == CancelReason.CANCELLED_BY_USER ? Optional.of(Decision.none(this)) : Optional.empty();
        };
    }

    /** No progress for too long: the last event again, or, after {@link #MOST_NUDGES}, the end of a PENDING order. */
    public Decision overdue() {
        if (status == OrderStatus.PENDING && nudges >= MOST_NUDGES) {
            return cancelling(CancelReason.TIMED_OUT, false);
        }
        return nudge();
    }

    /** The last event again, for whoever has not answered it; nothing where the order is final. */
    public Decision nudge() {
        return switch (status) {
            case PENDING -> Decision.of(nudged(), created());
            case CANCELLING -> Decision.of(nudged(), new OrderEvent.Cancel(id, reason()));
            case CONFIRMED, CANCELLED -> Decision.none(this);
        };
    }

    /** How long the saga may now rest without progress; empty where it is final. Pauses of a CANCELLING order double. */
    public Optional<Duration> patience(Duration step) {
        return switch (status) {
            case PENDING -> Optional.of(step);
            case CANCELLING -> Optional.of(step.multipliedBy(1L << Math.min(nudges, MOST_DOUBLINGS)));
            case CONFIRMED, CANCELLED -> Optional.empty();
        };
    }

    private OrderEvent.Created created() {
        return new OrderEvent.Created(id, userId, lines, paymentToken);
    }

    private CancelReason reason() {
        return cancelReason == null ? CancelReason.TIMED_OUT : cancelReason;
    }

    /** Prices are noted in every state, once. Noting them is progress only while the order is PENDING. */
    private Order priced(InventoryEvent.Reserved reserved) {
        if (reserved.totalPrice().equals(totalPrice) && reserved.lines().equals(lines)) {
            return this;
        }
        int left = status == OrderStatus.PENDING ? 0 : nudges;
        return with(
                reserved.lines(), status, cancelReason, reserved.totalPrice(), inventoryUndone, paymentUndone, left);
    }

    private Decision rejected(InventoryEvent.Rejected rejected) {
        CancelReason why = switch (rejected.reason()) {
            case OUT_OF_STOCK -> CancelReason.OUT_OF_STOCK;
            case UNKNOWN_PRODUCT -> CancelReason.UNKNOWN_PRODUCT;
            case PRICE_CHANGED -> CancelReason.PRICE_CHANGED;
            case OTHER -> CancelReason.OTHER;
        };
        return cancelled(with(lines, OrderStatus.CANCELLED, why, totalPrice, true, true, 0));
    }

    private Decision confirmed(Money amount) {
        Order confirmed = with(lines, OrderStatus.CONFIRMED, null, amount, false, false, 0);
        return Decision.of(confirmed, new OrderEvent.Confirmed(id, userId, amount));
    }

    private static CancelReason reasonOf(PaymentEvent.Failed failed) {
        return switch (failed.reason()) {
            case DECLINED -> CancelReason.PAYMENT_DECLINED;
            case GATEWAY_UNAVAILABLE -> CancelReason.PAYMENT_UNAVAILABLE;
            case OTHER -> CancelReason.OTHER;
        };
    }

    private Decision cancelling(CancelReason why, boolean paymentFailed) {
        Order cancelling = with(lines, OrderStatus.CANCELLING, why, totalPrice, false, paymentFailed, 0);
        return Decision.of(cancelling, new OrderEvent.Cancel(id, why));
    }

    private Decision undone(boolean inventory, boolean payment) {
        if (inventory == inventoryUndone && payment == paymentUndone) {
            return Decision.none(this);
        }
        return inventory && payment
                ? cancelled(with(lines, OrderStatus.CANCELLED, reason(), totalPrice, true, true, 0))
                : Decision.none(with(lines, status, cancelReason, totalPrice, inventory, payment, 0));
    }

    private static Decision cancelled(Order order) {
        return Decision.of(order, new OrderEvent.Cancelled(order.id, order.userId, order.reason()));
    }

    private Order nudged() {
        return with(lines, status, cancelReason, totalPrice, inventoryUndone, paymentUndone, nudges + 1);
    }

    private Order with(
            List<Line> newLines,
            OrderStatus newStatus,
            @Nullable CancelReason newReason,
            @Nullable Money newTotal,
            boolean inventory,
            boolean payment,
            int newNudges) {
        return new Order(
                id,
                userId,
                newLines,
                paymentToken,
                newStatus,
                newReason,
                newTotal,
                inventory,
                payment,
                newNudges,
                createdAt,
                updatedAt);
    }
}
