package dev.saga.inventory;

import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.event.Envelope;
import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.ShopEvent;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.domain.Decision;
import dev.saga.inventory.domain.Movement;
import dev.saga.inventory.domain.Reservation;
import dev.saga.inventory.domain.Stock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies a batch of events, in their order, to the reservations and stocks that it touches. */
final class Fold {
    private static final Logger LOG = LoggerFactory.getLogger(Fold.class);

    private final Map<TransactionId, Reservation> before;
    private final Map<TransactionId, Reservation> written = new LinkedHashMap<>();
    private final Map<ProductId, Stock> current;
    private final Map<ProductId, Stock> moved = new HashMap<>();
    private final List<Movement> movements = new ArrayList<>();
    private final List<OutgoingEvent> events = new ArrayList<>();

    private Fold(Map<TransactionId, Reservation> before, Map<ProductId, Stock> stocks) {
        this.before = before;
        this.current = new HashMap<>(stocks);
    }

    static Fold of(List<Envelope> fresh, Map<TransactionId, Reservation> before, Map<ProductId, Stock> stocks) {
        var fold = new Fold(before, stocks);
        fresh.forEach(fold::apply);
        return fold;
    }

    private void apply(Envelope envelope) {
        TransactionId id = envelope.transactionId();
        Decision decision = decide(envelope, written.getOrDefault(id, before.get(id)));
        if (decision.changed()) {
            written.put(id, decision.reservation());
            log(decision.reservation(), envelope);
        }
        current.putAll(decision.stocks());
        moved.putAll(decision.stocks());
        movements.addAll(decision.movements());
        decision.events().forEach(event -> events.add(OutgoingEvent.because(envelope, event)));
    }

    private Decision decide(Envelope envelope, @org.jspecify.annotations.Nullable Reservation reservation) {
        return switch (ShopEvent.of(envelope)) {
            case OrderEvent.Created created -> Reservation.on(created, reservation, current);
            case OrderEvent.Cancel cancel -> Reservation.on(cancel, reservation, current);
            case OrderEvent.Confirmed other -> throw notOurs(other.type());
            case OrderEvent.Cancelled other -> throw notOurs(other.type());
            case InventoryEvent other -> throw notOurs(other.type());
            case PaymentEvent other -> throw notOurs(other.type());
        };
    }

    private static IllegalStateException notOurs(Object type) {
        return new IllegalStateException("inventory-svc does not consume " + type);
    }

    private static void log(Reservation reservation, Envelope cause) {
        LOG.info(
                "reservation transaction_id={} is={} because={} event_id={}",
                reservation.id(),
                reservation.getClass().getSimpleName(),
                cause.event().type(),
                cause.id());
    }

    /** Returns the reservations that the batch created. */
    List<Reservation> added() {
        return written.values().stream()
                .filter(reservation -> !before.containsKey(reservation.id()))
                .toList();
    }

    /** Returns the reservations that existed and changed. */
    List<Reservation> changed() {
        return written.values().stream()
                .filter(reservation -> before.containsKey(reservation.id()))
                .toList();
    }

    Collection<Stock> stocks() {
        return moved.values();
    }

    List<Movement> movements() {
        return movements;
    }

    List<OutgoingEvent> events() {
        return events;
    }
}
