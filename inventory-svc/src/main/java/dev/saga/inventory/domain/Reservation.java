package dev.saga.inventory.domain;

import static java.util.Objects.requireNonNull;

import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.InventoryEvent.RejectReason;
import dev.saga.events.OrderEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The decision of inventory-svc on one order, and the fence of the saga. Each step is decided once: a repeated event
 * gets the same response, without a second effect.
 */
public sealed interface Reservation {
    TransactionId id();

    /** The lines are reserved, at the catalogue's prices. */
    record Held(
            TransactionId id,
            UserId userId,
            List<Line> lines,
            @Nullable PaymentToken paymentToken) implements Reservation {
        InventoryEvent event() {
            return new InventoryEvent.Reserved(id, userId, lines, requireNonNull(Line.total(lines)), paymentToken);
        }
    }

    /** Nothing is reserved: a line was short, unknown or priced differently, or the total cannot be charged. */
    record Refused(TransactionId id, RejectReason reason, ProductId productId) implements Reservation {
        InventoryEvent event() {
            return new InventoryEvent.Rejected(id, reason, productId);
        }
    }

    /** The lines were reserved and given back. */
    record Released(TransactionId id, List<Line> lines) implements Reservation {
        InventoryEvent event() {
            return new InventoryEvent.Released(id, lines);
        }
    }

    /** The cancel came first: a tombstone. The ORDER_CREATED that follows reserves nothing. */
    record NeverHeld(TransactionId id) implements Reservation {
        InventoryEvent event() {
            return new InventoryEvent.Released(id, List.of());
        }
    }

    /**
     * Decides on ORDER_CREATED.
     *
     * @param before the earlier decision; null if there is none
     */
    static Decision on(OrderEvent.Created created, @Nullable Reservation before, Map<ProductId, Stock> stocks) {
        return switch (before) {
            case null -> decide(created, stocks);
            case Held held -> Decision.repeat(held, held.event());
            case Refused refused -> Decision.repeat(refused, refused.event());
            case Released released -> Decision.repeat(released, released.event());
            case NeverHeld tombstone -> Decision.silent(tombstone);
        };
    }

    /**
     * Decides on ORDER_CANCEL. Always publishes INVENTORY_RELEASED.
     *
     * @param before the earlier decision; null if there is none
     */
    static Decision on(OrderEvent.Cancel cancel, @Nullable Reservation before, Map<ProductId, Stock> stocks) {
        return switch (before) {
            case null -> Decision.tombstone(new NeverHeld(cancel.transactionId()));
            case Held held -> giveBack(held, stocks);
            case Refused refused -> Decision.repeat(refused, new InventoryEvent.Released(refused.id, List.of()));
            case Released released -> Decision.repeat(released, released.event());
            case NeverHeld tombstone -> Decision.repeat(tombstone, tombstone.event());
        };
    }

    /** Reserves all lines or none: the first line that cannot be reserved rejects the order. */
    private static Decision decide(OrderEvent.Created created, Map<ProductId, Stock> stocks) {
        List<Line> priced = new ArrayList<>();
        Map<ProductId, Stock> after = new HashMap<>();
        for (Line line : created.lines()) {
            Stock stock = stocks.get(line.productId());
            RejectReason reason = stock == null ? RejectReason.UNKNOWN_PRODUCT : refusal(line, stock);
            if (stock == null || reason != null) {
                return refuse(created, requireNonNull(reason), line.productId());
            }
            priced.add(new Line(line.productId(), line.qty(), stock.unitPrice()));
            after.put(line.productId(), stock.hold(line.qty()));
        }
        if (isBeyondCharging(priced)) {
            return refuse(created, RejectReason.PRICE_CHANGED, priced.getFirst().productId());
        }
        var held = new Held(created.transactionId(), created.userId(), priced, created.paymentToken());
        return Decision.held(held, after);
    }

    private static @Nullable RejectReason refusal(Line line, Stock stock) {
        Money seen = line.unitPrice();
        if (seen != null && !seen.equals(stock.unitPrice())) {
            return RejectReason.PRICE_CHANGED;
        }
        return stock.has(line.qty()) ? null : RejectReason.OUT_OF_STOCK;
    }

    private static boolean isBeyondCharging(List<Line> priced) {
        try {
            Line.total(priced);
            return false;
        } catch (ArithmeticException above2To63) {
            return true;
        }
    }

    private static Decision refuse(OrderEvent.Created created, RejectReason reason, ProductId product) {
        var refused = new Refused(created.transactionId(), reason, product);
        return Decision.changed(refused, refused.event());
    }

    private static Decision giveBack(Held held, Map<ProductId, Stock> stocks) {
        Map<ProductId, Stock> after = new HashMap<>();
        for (Line line : held.lines) {
            Stock stock = requireNonNull(stocks.get(line.productId()), "a product of a reservation is gone");
            after.put(line.productId(), stock.giveBack(line.qty()));
        }
        return Decision.released(new Released(held.id, held.lines), after);
    }
}
