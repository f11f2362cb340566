package dev.saga.lab.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.OrderEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.inventory.domain.Stock;
import dev.saga.lab.model.Exploration.Fault;
import dev.saga.lab.model.Participants.Shelf;
import dev.saga.order.domain.Order;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that production decisions keep the invariants in every reachable state, and that no fence can be left out. */
class ModelCheckTest {
    private static final TransactionId ID = TransactionId.of("0199c8a0-0000-7000-8000-000000000001");
    private static final UserId USER = new UserId("ann");
    private static final List<Line> LINES = List.of(new Line(new ProductId("BOOK"), 2, null));

    @ParameterizedTest
    @CsvSource({
        "3, 50000, CONFIRMED PAYMENT_DECLINED PAYMENT_UNAVAILABLE TIMED_OUT CANCELLED_BY_USER",
        "1, 100, OUT_OF_STOCK TIMED_OUT CANCELLED_BY_USER"
    })
    void everyReachableStateIsSoundAndLeadsToAFinalOne(int stock, int statesAtLeast, String ends) {
        long began = System.nanoTime();
        var exploration = new Exploration(Participants.PRODUCTION, new Judge(stock, 2));
        Optional<Fault> fault = exploration.explore(world(stock));
        System.out.printf(
                "model check, %d in stock: %,d states, %,d transitions, %,d at rest, %d s%n",
                stock,
                exploration.states(),
                exploration.transitions(),
                exploration.atRest(),
                Duration.ofNanos(System.nanoTime() - began).toSeconds());
        assertThat(fault).isEmpty();
        assertThat(exploration.states()).isGreaterThan(statesAtLeast);
        assertThat(exploration.ends())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ends.split(" "))
                        .map(end -> end.equals("CONFIRMED") ? "CONFIRMED null" : "CANCELLED " + end)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void findsACounterExampleOnceAFenceIsRemoved(Mutant mutant) {
        Optional<Fault> fault = new Exploration(mutant.participants, new Judge(3, 2)).explore(world(3));
        assertThat(fault).as(mutant.name()).isPresent();
        System.out.printf("%s: %s%n", mutant, fault.orElseThrow().summary());
    }

    private static World world(int stock) {
        Order order = Order.place(ID, USER, LINES, null, Participants.NOW).order();
        var product = new Stock(LINES.getFirst().productId(), "Book", new Money(100), stock, 0);
        return World.of(new OrderEvent.Created(ID, USER, LINES, null), order, new Shelf(null, product));
    }
}
