package dev.saga.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.InventoryEvent.RejectReason;
import dev.saga.events.OrderEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReservationTest {
    private static final TransactionId ID = TransactionId.of("0199c8a0-0000-7000-8000-000000000001");
    private static final UserId ANN = new UserId("ann");
    private static final ProductId BOOK = new ProductId("BOOK");
    private static final ProductId PEN = new ProductId("PEN");
    private static final Map<ProductId, Stock> SHOP = Map.of(
            BOOK, new Stock(BOOK, "Book", new Money(1500), 5, 0), PEN, new Stock(PEN, "Pen", new Money(100), 1, 0));

    @Test
    void holdsAllLinesAtTheCataloguesPrices() {
        Decision decision = Reservation.on(created(line(BOOK, 2), line(PEN, 1)), null, SHOP);
        assertThat(decision.events())
                .containsExactly(new InventoryEvent.Reserved(
                        ID,
                        ANN,
                        List.of(new Line(BOOK, 2, new Money(1500)), new Line(PEN, 1, new Money(100))),
                        new Money(3100),
                        null));
        assertThat(decision.stocks().get(BOOK)).isEqualTo(new Stock(BOOK, "Book", new Money(1500), 3, 2));
        assertThat(decision.movements())
                .containsExactly(
                        new Movement(BOOK, ID, -2, Movement.Kind.RESERVED),
                        new Movement(PEN, ID, -1, Movement.Kind.RESERVED));
    }

    @Test
    void holdsNothingOfTheFirstLineWhenTheSecondIsShort() {
        Decision decision = Reservation.on(created(line(BOOK, 2), line(PEN, 2)), null, SHOP);
        assertRefused(decision, RejectReason.OUT_OF_STOCK, PEN);
    }

    @Test
    void refusesAnUnknownProductAndAPriceThatChanged() {
        ProductId unknown = new ProductId("UNKNOWN");
        assertRefused(Reservation.on(created(line(unknown, 1)), null, SHOP), RejectReason.UNKNOWN_PRODUCT, unknown);
        Line dearer = new Line(BOOK, 1, new Money(1400));
        assertRefused(Reservation.on(created(dearer), null, SHOP), RejectReason.PRICE_CHANGED, BOOK);
        assertThat(Reservation.on(created(new Line(BOOK, 1, new Money(1500))), null, SHOP)
                        .reservation())
                .isInstanceOf(Reservation.Held.class);
    }

    @Test
    void refusesATotalThatCannotBeCharged() {
        Map<ProductId, Stock> dear = Map.of(
                BOOK, new Stock(BOOK, "Book", new Money(1_000_000_000_000L), Stock.MOST, 0),
                PEN, new Stock(PEN, "Pen", new Money(1_000_000_000_000L), Stock.MOST, 0));
        Decision fits = Reservation.on(created(line(BOOK, 1_000_000)), null, dear);
        assertThat(fits.reservation()).isInstanceOf(Reservation.Held.class);
        List<Line> lines = java.util.stream.IntStream.range(0, 10)
                .mapToObj(i -> line(new ProductId("P" + i), 1_000_000))
                .toList();
        Map<ProductId, Stock> many = new java.util.HashMap<>();
        lines.forEach(line -> many.put(
                line.productId(), new Stock(line.productId(), "x", new Money(1_000_000_000_000L), Stock.MOST, 0)));
        Decision decision = Reservation.on(new OrderEvent.Created(ID, ANN, lines, null), null, many);
        assertRefused(decision, RejectReason.PRICE_CHANGED, new ProductId("P0"));
    }

    @Test
    void sameStepUnderANewEventIdGetsTheSameResponseWithoutASecondEffect() {
        Decision first = Reservation.on(created(line(BOOK, 2)), null, SHOP);
        assertRepeated(Reservation.on(created(line(BOOK, 2)), first.reservation(), first.stocks()), first);
        Decision refused = Reservation.on(created(line(BOOK, 6)), null, SHOP);
        assertRepeated(Reservation.on(created(line(BOOK, 6)), refused.reservation(), SHOP), refused);
    }

    @Test
    void givesBackWhatWasHeldOnce() {
        Decision held = Reservation.on(created(line(BOOK, 2)), null, SHOP);
        Decision released = Reservation.on(cancel(), held.reservation(), held.stocks());
        assertThat(released.stocks().get(BOOK)).isEqualTo(SHOP.get(BOOK));
        assertThat(released.movements()).containsExactly(new Movement(BOOK, ID, 2, Movement.Kind.RELEASED));
        assertThat(released.events())
                .containsExactly(new InventoryEvent.Released(ID, List.of(new Line(BOOK, 2, new Money(1500)))));
        assertRepeated(Reservation.on(cancel(), released.reservation(), released.stocks()), released);
    }

    @Test
    void cancellationBeforeReservationHoldsNoStock() {
        Decision tombstone = Reservation.on(cancel(), null, Map.of());
        assertThat(tombstone.events()).containsExactly(new InventoryEvent.Released(ID, List.of()));
        assertThat(tombstone.movements()).isEmpty();
        Decision late = Reservation.on(created(line(BOOK, 2)), tombstone.reservation(), SHOP);
        assertThat(late.events()).isEmpty();
        assertThat(late.stocks()).isEmpty();
        assertThat(late.changed()).isFalse();
        assertRepeated(Reservation.on(cancel(), tombstone.reservation(), SHOP), tombstone);
    }

    @Test
    void publishesAnEmptyReleaseForACancelOfARejectedOrder() {
        Decision refused = Reservation.on(created(line(BOOK, 6)), null, SHOP);
        Decision cancelled = Reservation.on(cancel(), refused.reservation(), SHOP);
        assertThat(cancelled.events()).containsExactly(new InventoryEvent.Released(ID, List.of()));
        assertThat(cancelled.movements()).isEmpty();
    }

    private static void assertRefused(Decision decision, RejectReason reason, ProductId product) {
        assertThat(decision.events()).containsExactly(new InventoryEvent.Rejected(ID, reason, product));
        assertThat(decision.stocks()).isEmpty();
        assertThat(decision.movements()).isEmpty();
    }

    private static void assertRepeated(Decision again, Decision first) {
        assertThat(again.events()).isEqualTo(first.events());
        assertThat(again.changed()).isFalse();
        assertThat(again.stocks()).isEmpty();
        assertThat(again.movements()).isEmpty();
    }

    private static OrderEvent.Created created(Line... lines) {
        return new OrderEvent.Created(ID, ANN, List.of(lines), null);
    }

    private static OrderEvent.Cancel cancel() {
        return new OrderEvent.Cancel(ID, CancelReason.CANCELLED_BY_USER);
    }

    private static Line line(ProductId product, int qty) {
        return new Line(product, qty, null);
    }
}
