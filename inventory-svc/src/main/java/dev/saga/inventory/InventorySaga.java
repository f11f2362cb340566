package dev.saga.inventory;

import dev.saga.delivery.EventHandler;
import dev.saga.delivery.Handled;
import dev.saga.delivery.Sql;
import dev.saga.events.Envelope;
import dev.saga.events.EventType;
import dev.saga.events.Line;
import dev.saga.events.OrderEvent;
import dev.saga.events.ProductId;
import dev.saga.events.TransactionId;
import dev.saga.inventory.domain.Reservation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What inventory-svc does with what order-svc says. A hot product is locked once a batch, not once an order. */
@Component
final class InventorySaga implements EventHandler {
    private final ReservationStore reservations;
    private final StockStore stocks;

    InventorySaga(ReservationStore reservations, StockStore stocks) {
        this.reservations = reservations;
        this.stocks = stocks;
    }

    @Override
    public Set<EventType> consumes() {
        return Set.of(EventType.ORDER_CREATED, EventType.ORDER_CANCEL);
    }

    @Override
    public Mono<Handled> handle(List<Envelope> fresh) {
        Set<TransactionId> ids = fresh.stream().map(Envelope::transactionId).collect(Collectors.toSet());
        return reservations.lock(ids).flatMap(before -> decided(fresh, before));
    }

    private Mono<Handled> decided(List<Envelope> fresh, Map<TransactionId, Reservation> before) {
        return stocks.lock(products(fresh, before.values())).map(locked -> stored(Fold.of(fresh, before, locked)));
    }

    private Handled stored(Fold fold) {
        Mono<Void> writes = Sql.pipelined(
                reservations.add(fold.added()),
                reservations.save(fold.changed()),
                stocks.save(fold.stocks()),
                stocks.note(fold.movements()));
        return new Handled(fold.said(), writes);
    }

    /** Every product that the batch can touch, in the order in which all transactions lock them. */
    private static Set<ProductId> products(List<Envelope> fresh, Iterable<Reservation> before) {
        Set<ProductId> products = new TreeSet<>();
        for (Envelope envelope : fresh) {
            if (envelope.event() instanceof OrderEvent.Created created) {
                created.lines().stream().map(Line::productId).forEach(products::add);
            }
        }
        for (Reservation reservation : before) {
            if (reservation instanceof Reservation.Held held) {
                held.lines().stream().map(Line::productId).forEach(products::add);
            }
        }
        return products;
    }
}
