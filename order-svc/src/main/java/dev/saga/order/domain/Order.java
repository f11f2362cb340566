package dev.saga.order.domain;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.Participant;
import dev.saga.events.PaymentEvent;
import dev.saga.events.ShopEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.UserId;
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
 */
public record Order(
        TransactionId id,
        UserId userId,
        List<Line> lines,
        @Nullable PaymentToken paymentToken,
        @Nullable Money totalPrice,
        Progress progress,
        Instant createdAt,
        Instant updatedAt) {
    /** Nudges of a PENDING order before it is cancelled. */
    public static final int MOST_NUDGES = 3;

    /** Creates a PENDING order and its ORDER_CREATED. */
    public static Decision place(
            TransactionId id, UserId userId, List<Line> lines, @Nullable PaymentToken token, Instant now) {
        var order = new Order(id, userId, lines, token, null, Progress.PENDING, now, now);
        return Decision.of(order, order.createdEvent());
    }

    public OrderStatus status() {
        return progress.status();
    }

    public @Nullable CancelReason cancelReason() {
        return progress.cancelReason();
    }

    /**
     * Handles an event of another service.
     *
     * @throws IllegalStateException for an event of order-svc itself
     */
    public Decision on(ShopEvent event) {
        return switch (event) {
            case InventoryEvent inventory -> on(inventory);
            case PaymentEvent payment -> on(payment);
            case OrderEvent own -> throw new IllegalStateException("order-svc does not consume " + own.type());
        };
    }

    private Decision on(InventoryEvent event) {
        return switch (event) {
            case InventoryEvent.Reserved reserved -> Decision.none(withPrices(reserved));
            case InventoryEvent.Rejected rejected ->
                status() == OrderStatus.PENDING ? reject(rejected) : Decision.none(this);
            case InventoryEvent.Released released -> recordUndone(Participant.INVENTORY);
        };
    }

    private Decision on(PaymentEvent event) {
        return switch (event) {
            case PaymentEvent.Completed completed ->
                status() == OrderStatus.PENDING ? confirm(completed.amount()) : Decision.none(this);
            case PaymentEvent.Failed failed ->
                status() == OrderStatus.PENDING
                        ? startCancel(reasonOf(failed), Undone.BY_NOBODY.with(Participant.PAYMENT))
                        : Decision.none(this);
            case PaymentEvent.Voided voided -> recordUndone(Participant.PAYMENT);
            case PaymentEvent.Refunded refunded -> recordUndone(Participant.PAYMENT);
        };
    }

    /** Cancels the order for its user. Empty if the order is CANCELLING or CANCELLED for another reason. */
    public Optional<Decision> cancelByUser() {
        return cancelFor(CancelReason.CANCELLED_BY_USER);
    }

    /** Cancels the order for an operator. Empty if the order is CANCELLING or CANCELLED for another reason. */
    public Optional<Decision> cancelByOperator() {
        return cancelFor(CancelReason.CANCELLED_BY_OPERATOR);
    }

    private Optional<Decision> cancelFor(CancelReason reason) {
        return switch (status()) {
            case PENDING, CONFIRMED -> Optional.of(startCancel(reason, Undone.BY_NOBODY));
            case CANCELLING, CANCELLED ->
                cancelReason() == reason ? Optional.of(Decision.none(this)) : Optional.empty();
        };
    }

    /**
     * Decides for a saga without progress: publishes its last event again, or cancels a PENDING order that was nudged
     * {@link #MOST_NUDGES} times.
     */
    public Decision overdue() {
        if (status() == OrderStatus.PENDING && progress.nudges() >= MOST_NUDGES) {
            return startCancel(CancelReason.TIMED_OUT, Undone.BY_NOBODY);
        }
        return nudge();
    }

    /** Publishes the last event again, for participants that have not responded. Does nothing if the order is final. */
    public Decision nudge() {
        return switch (status()) {
            case PENDING -> Decision.of(withNudge(), createdEvent());
            case CANCELLING -> Decision.of(withNudge(), new OrderEvent.Cancel(id, reason()));
            case CONFIRMED, CANCELLED -> Decision.none(this);
        };
    }

    private OrderEvent.Created createdEvent() {
        return new OrderEvent.Created(id, userId, lines, paymentToken);
    }

    private CancelReason reason() {
        CancelReason why = cancelReason();
        return why == null ? CancelReason.TIMED_OUT : why;
    }

    /** Stores the prices in any state. This counts as progress only while the order is PENDING. */
    private Order withPrices(InventoryEvent.Reserved reserved) {
        if (reserved.totalPrice().equals(totalPrice) && reserved.lines().equals(lines)) {
            return this;
        }
        Progress now = status() == OrderStatus.PENDING ? Progress.PENDING : progress;
        return new Order(id, userId, reserved.lines(), paymentToken, reserved.totalPrice(), now, createdAt, updatedAt);
    }

    private Decision reject(InventoryEvent.Rejected rejected) {
        CancelReason why = switch (rejected.reason()) {
            case OUT_OF_STOCK -> CancelReason.OUT_OF_STOCK;
            case UNKNOWN_PRODUCT -> CancelReason.UNKNOWN_PRODUCT;
            case PRICE_CHANGED -> CancelReason.PRICE_CHANGED;
            case OTHER -> CancelReason.OTHER;
        };
        return finishCancel(why);
    }

    private Decision confirm(Money amount) {
        Order confirmed = new Order(id, userId, lines, paymentToken, amount, Progress.CONFIRMED, createdAt, updatedAt);
        return Decision.of(confirmed, new OrderEvent.Confirmed(id, userId, amount));
    }

    private static CancelReason reasonOf(PaymentEvent.Failed failed) {
        return switch (failed.reason()) {
            case DECLINED -> CancelReason.PAYMENT_DECLINED;
            case GATEWAY_UNAVAILABLE -> CancelReason.PAYMENT_UNAVAILABLE;
            case OTHER -> CancelReason.OTHER;
        };
    }

    private Decision startCancel(CancelReason why, Undone undone) {
        return Decision.of(with(Progress.cancelling(why, undone)), new OrderEvent.Cancel(id, why));
    }

    private Decision recordUndone(Participant participant) {
        Undone now = progress.undone().with(participant);
        if (status() != OrderStatus.CANCELLING || now.equals(progress.undone())) {
            return Decision.none(this);
        }
        return now.isByAll() ? finishCancel(reason()) : Decision.none(with(Progress.cancelling(reason(), now)));
    }

    private Decision finishCancel(CancelReason why) {
        return Decision.of(with(Progress.cancelled(why)), new OrderEvent.Cancelled(id, userId, why));
    }

    private Order withNudge() {
        return with(progress.withNudges(progress.nudges() + 1));
    }

    /** Returns this order with another state of its saga. */
    public Order with(Progress now) {
        return new Order(id, userId, lines, paymentToken, totalPrice, now, createdAt, updatedAt);
    }
}
