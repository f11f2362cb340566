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
 * An order and its saga, as order-svc knows them. Every method that takes an event is a pure function of order and
 * event. An event that is repeated, late or early does no harm.
 *
 * @param lines as the customer sent them; with the catalogue's prices once INVENTORY_RESERVED has been handled
 * @param totalPrice null until the catalogue's prices are known
 * @param inventoryUndone true once inventory-svc has responded to ORDER_CANCEL, or if it rejected the order
 * @param paymentUndone true once payment-svc has responded to ORDER_CANCEL, or if no payment took place
 * @param nudges nudges since the saga last made progress
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
    /** Nudges of a PENDING order before it is cancelled. */
    public static final int MOST_NUDGES = 3;

    private static final int MOST_DOUBLINGS = 5;

    /** Creates a PENDING order and its ORDER_CREATED. */
    public static Decision place(
            TransactionId id, UserId userId, List<Line> lines, @Nullable PaymentToken token, Instant now) {
        var order = new Order(id, userId, lines, token, OrderStatus.PENDING, null, null, false, false, 0, now, now);
        return Decision.of(order, order.createdEvent());
    }

    /** Handles an event of inventory-svc. */
    public Decision on(InventoryEvent event) {
        return switch (event) {
            case InventoryEvent.Reserved reserved -> Decision.none(withPrices(reserved));
            case InventoryEvent.Rejected rejected ->
                status == OrderStatus.PENDING ? reject(rejected) : Decision.none(this);
            case InventoryEvent.Released released ->
                status == OrderStatus.CANCELLING ? recordUndone(true, paymentUndone) : Decision.none(this);
        };
    }

    /** Handles an event of payment-svc. */
    public Decision on(PaymentEvent event) {
        return switch (event) {
            case PaymentEvent.Completed completed ->
                status == OrderStatus.PENDING ? confirm(completed.amount()) : Decision.none(this);
            case PaymentEvent.Failed failed ->
                status == OrderStatus.PENDING ? startCancel(reasonOf(failed), true) : Decision.none(this);
            case PaymentEvent.Voided voided ->
                status == OrderStatus.CANCELLING ? recordUndone(inventoryUndone, true) : Decision.none(this);
            case PaymentEvent.Refunded refunded ->
                status == OrderStatus.CANCELLING ? recordUndone(inventoryUndone, true) : Decision.none(this);
        };
    }

    /** Cancels the order for its user. Empty if the order is CANCELLING or CANCELLED for another reason. */
    public Optional<Decision> cancelByUser() {
        return switch (status) {
            case PENDING, CONFIRMED -> Optional.of(startCancel(CancelReason.CANCELLED_BY_USER, false));
            case CANCELLING, CANCELLED ->
                cancelReason == CancelReason.CANCELLED_BY_USER ? Optional.of(Decision.none(this)) : Optional.empty();
        };
    }

    /**
     * Decides for a saga without progress: publishes its last event again, or cancels a PENDING order that was nudged
     * {@link #MOST_NUDGES} times.
     */
    public Decision overdue() {
        if (status == OrderStatus.PENDING && nudges >= MOST_NUDGES) {
            return startCancel(CancelReason.TIMED_OUT, false);
        }
        return nudge();
    }

    /** Publishes the last event again, for participants that have not responded. Does nothing if the order is final. */
    public Decision nudge() {
        return switch (status) {
            case PENDING -> Decision.of(withNudge(), createdEvent());
            case CANCELLING -> Decision.of(withNudge(), new OrderEvent.Cancel(id, reason()));
            case CONFIRMED, CANCELLED -> Decision.none(this);
        };
    }

    /**
     * Returns how long the saga may stay without progress before it is nudged; empty if it is final. For a CANCELLING
     * order the pause doubles with each nudge, up to 32 times {@code step}.
     */
    public Optional<Duration> pauseBeforeNudge(Duration step) {
        return switch (status) {
            case PENDING -> Optional.of(step);
            case CANCELLING -> Optional.of(step.multipliedBy(1L << Math.min(nudges, MOST_DOUBLINGS)));
            case CONFIRMED, CANCELLED -> Optional.empty();
        };
    }

    private OrderEvent.Created createdEvent() {
        return new OrderEvent.Created(id, userId, lines, paymentToken);
    }

    private CancelReason reason() {
        return cancelReason == null ? CancelReason.TIMED_OUT : cancelReason;
    }

    /** Stores the prices in any state. This counts as progress only while the order is PENDING. */
    private Order withPrices(InventoryEvent.Reserved reserved) {
        if (reserved.totalPrice().equals(totalPrice) && reserved.lines().equals(lines)) {
            return this;
        }
        int left = status == OrderStatus.PENDING ? 0 : nudges;
        return with(
                reserved.lines(), status, cancelReason, reserved.totalPrice(), inventoryUndone, paymentUndone, left);
    }

    private Decision reject(InventoryEvent.Rejected rejected) {
        CancelReason why = switch (rejected.reason()) {
            case OUT_OF_STOCK -> CancelReason.OUT_OF_STOCK;
            case UNKNOWN_PRODUCT -> CancelReason.UNKNOWN_PRODUCT;
            case PRICE_CHANGED -> CancelReason.PRICE_CHANGED;
            case OTHER -> CancelReason.OTHER;
        };
        return finishCancel(with(lines, OrderStatus.CANCELLED, why, totalPrice, true, true, 0));
    }

    private Decision confirm(Money amount) {
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

    private Decision startCancel(CancelReason why, boolean paymentFailed) {
        Order cancelling = with(lines, OrderStatus.CANCELLING, why, totalPrice, false, paymentFailed, 0);
        return Decision.of(cancelling, new OrderEvent.Cancel(id, why));
    }

    private Decision recordUndone(boolean inventory, boolean payment) {
        if (inventory == inventoryUndone && payment == paymentUndone) {
            return Decision.none(this);
        }
        return inventory && payment
                ? finishCancel(with(lines, OrderStatus.CANCELLED, reason(), totalPrice, true, true, 0))
                : Decision.none(with(lines, status, cancelReason, totalPrice, inventory, payment, 0));
    }

    private static Decision finishCancel(Order order) {
        return Decision.of(order, new OrderEvent.Cancelled(order.id, order.userId, order.reason()));
    }

    private Order withNudge() {
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
