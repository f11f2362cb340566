package dev.saga.inventory.domain;

import dev.saga.events.InventoryEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.domain.Movement.Kind;
import java.util.List;
import java.util.Map;

/**
 * The new state of a reservation and the stock, the entries of the ledger and the events to publish; all are stored
 * together.
 *
 * @param changed true if the reservation is to be written
 * @param stocks the products that changed, in their new state
 */
public record Decision(
        Reservation reservation,
        boolean changed,
        Map<ProductId, Stock> stocks,
        List<Movement> movements,
        List<InventoryEvent> events) {

    static Decision changed(Reservation reservation, InventoryEvent event) {
        return new Decision(reservation, true, Map.of(), List.of(), List.of(event));
    }

    static Decision held(Reservation.Held held, Map<ProductId, Stock> stocks) {
        List<Movement> taken = held.lines().stream()
                .map(line -> new Movement(line.productId(), held.id(), -line.qty(), Kind.RESERVED))
                .toList();
        return new Decision(held, true, stocks, taken, List.of(held.event()));
    }

    static Decision released(Reservation.Released released, Map<ProductId, Stock> stocks) {
        List<Movement> back = released.lines().stream()
                .map((Line line) -> new Movement(line.productId(), released.id(), line.qty(), Kind.RELEASED))
                .toList();
        return new Decision(released, true, stocks, back, List.of(released.event()));
    }

    static Decision tombstone(Reservation.NeverHeld tombstone) {
        return changed(tombstone, tombstone.event());
    }

    /** Repeats the earlier response, without a second effect. */
    static Decision repeat(Reservation reservation, InventoryEvent event) {
        return new Decision(reservation, false, Map.of(), List.of(), List.of(event));
    }

    static Decision silent(Reservation reservation) {
        return new Decision(reservation, false, Map.of(), List.of(), List.of());
    }
}
