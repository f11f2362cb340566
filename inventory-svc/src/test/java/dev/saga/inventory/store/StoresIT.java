package dev.saga.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.delivery.work.FailurePolicy;
import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent.RejectReason;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.inventory.domain.Movement;
import dev.saga.inventory.domain.Reservation;
import dev.saga.inventory.domain.Stock;
import dev.saga.testing.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests both stores on a real MariaDB. */
class StoresIT {
    private static final ProductId BOOK = new ProductId("BOOK");
    private static final List<Line> LINES = List.of(new Line(BOOK, 2, new Money(1500)));
    private static TestDatabase database;
    private static ReservationStore reservations;
    private static StockStore stocks;

    @BeforeAll
    static void migrate() {
        database = TestDatabase.migrated();
        reservations = new ReservationStore(database.sql());
        stocks = new StockStore(database.sql(), Clock.systemUTC());
    }

    @Test
    void readsBackEveryKindOfReservation() {
        List<Reservation> all = List.of(
                new Reservation.Held(id(), new UserId("ann"), LINES, new PaymentToken("tok_slow")),
                new Reservation.Held(id(), new UserId("ann"), LINES, null),
                new Reservation.Refused(id(), RejectReason.PRICE_CHANGED, BOOK),
                new Reservation.Released(id(), LINES),
                new Reservation.NeverHeld(id()));
        database.committed(reservations.add(all));
        List<TransactionId> ids = all.stream().map(Reservation::id).toList();
        assertThat(database.committed(reservations.lock(ids)).values()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void releasesAHeldReservationWithItsLines() {
        var held = new Reservation.Held(id(), new UserId("ann"), LINES, null);
        var released = new Reservation.Released(held.id(), LINES);
        database.committed(reservations.add(List.of(held)));
        database.committed(reservations.save(List.of(released)));
        assertThat(database.committed(reservations.lock(List.of(held.id())))).containsValue(released);
    }

    @Test
    void aFenceOfAConcurrentTransactionFailsThisOneWhichThenRunsAgain() {
        var fence = new Reservation.NeverHeld(id());
        database.committed(reservations.add(List.of(fence)));
        assertThatThrownBy(() -> database.committed(reservations.add(List.of(fence))))
                .satisfies(failure ->
                        assertThat(FailurePolicy.isTransient(failure)).isTrue());
    }

    @Test
    void keepsProductsApartThatDifferOnlyInCase() {
        database.committed(stocks.add(new Stock(new ProductId("p"), "small", new Money(1), 1, 0)));
        database.committed(stocks.add(new Stock(new ProductId("P"), "large", new Money(2), 2, 0)));
        assertThat(database.committed(stocks.lock(Set.of(new ProductId("P"))))
                        .get(new ProductId("P"))
                        .name())
                .isEqualTo("large");
    }

    @Test
    void writesStockAndLedgerAndNeverBelowZero() {
        Stock stock = new Stock(BOOK, "Book", new Money(1500), 5, 0);
        database.committed(stocks.add(stock));
        var moved = new Stock(BOOK, "Book", new Money(1500), 3, 2);
        TransactionId saga = id();
        database.committed(stocks.save(List.of(moved))
                .then(stocks.note(List.of(new Movement(BOOK, saga, -2, Movement.Kind.RESERVED)))));
        assertThat(stocks.find(BOOK).block()).isEqualTo(moved);
        assertThat(stocks.history(BOOK, 0, 10).collectList().block())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.transactionId()).isEqualTo(saga);
                    assertThat(entry.quantity()).isEqualTo(-2);
                });
        assertThatThrownBy(() -> database.committed(database.sql()
                        .update("UPDATE product SET available = -1 WHERE product_id = ?", List.of("BOOK"))))
                .hasMessageContaining("never_below_zero");
    }

    private static TransactionId id() {
        return new TransactionId(UUID.randomUUID());
    }
}
