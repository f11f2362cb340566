package dev.saga.inventory;

import dev.saga.delivery.inbox.EventHandler;
import dev.saga.delivery.inbox.Handled;
import dev.saga.delivery.sql.Sql;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import dev.saga.event.TransactionId;
import dev.saga.events.OrderEvent;
import dev.saga.events.Participant;
import dev.saga.events.ShopEventType;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.domain.Reservation;
import dev.saga.inventory.domain.Stock;
import dev.saga.inventory.store.ReservationStore;
import dev.saga.inventory.store.StockStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Handles the events of order-svc: reserves stock, and gives it back after a cancel. A product is locked once per
 * batch, however many orders contain it.
 */
@Component
final class InventorySaga implements EventHandler<InventorySaga.State> {
    private static final Set<EventType> CONSUMED = ShopEventType.consumedBy(Participant.INVENTORY);
    /** The locked reservations and stocks that a batch touches. */
    record State(Map<TransactionId, Reservation> reservations, Map<ProductId, Stock> stocks) {}

    private final ReservationStore reservations;
    private final StockStore stocks;

    InventorySaga(ReservationStore reservations, StockStore stocks) {
        this.reservations = reservations;
        this.stocks = stocks;
    }

    @Override
    public Set<EventType> consumes() {
        return CONSUMED;
    }

    /**
     * Locks reservations before stocks. Without a cancel in the batch, all products are known from its events, so both
     * statements are sent together.
     */
    @Override
    public Mono<State> load(List<Envelope> events) {
        Set<TransactionId> ids = events.stream().map(Envelope::transactionId).collect(Collectors.toSet());
        boolean cancels = events.stream().anyMatch(event -> event.event() instanceof OrderEvent.Cancel);
        return cancels
                ? reservations
                        .lock(ids)
                        .flatMap(before ->
                                stocks.lock(products(events, before.values())).map(locked -> new State(before, locked)))
                : Sql.together(reservations.lock(ids), stocks.lock(products(events, List.of())))
                        .map(both -> new State(both.getT1(), both.getT2()));
    }

    @Override
    public Mono<Handled> handle(List<Envelope> fresh, State state) {
        return Mono.just(save(Fold.of(fresh, state.reservations, state.stocks)));
    }

    private Handled save(Fold fold) {
        Mono<Void> writes = Sql.pipelined(
                reservations.add(fold.added()),
                reservations.save(fold.changed()),
                stocks.save(fold.stocks()),
                stocks.note(fold.movements()));
        return new Handled(fold.events(), writes);
    }

    /** Returns every product that the batch can touch, in the order in which all transactions lock products. */
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
