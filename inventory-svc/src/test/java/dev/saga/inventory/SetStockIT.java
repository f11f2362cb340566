package dev.saga.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.domain.Movement;
import dev.saga.inventory.domain.Stock;
import dev.saga.inventory.store.StockStore;
import dev.saga.testing.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tests changes of the stock on a real MariaDB. */
class SetStockIT {
    private static TestDatabase database;
    private static StockStore stocks;
    private static SetStock setStock;

    @BeforeAll
    static void migrate() {
        database = TestDatabase.migrated();
        stocks = new StockStore(database.sql(), Clock.systemUTC());
        setStock = new SetStock(stocks, database.transactions());
    }

    @Test
    void restocksAddUpDuringConcurrentOrders() {
        var product = new ProductId("RESTOCKED");
        setStock.set(new Stock(product, "Book", new Money(100), 10, 0), Condition.NONE)
                .block();
        Mono<?> sale = stocks.lock(Set.of(product))
                .map(locked -> locked.get(product))
                .map(stock -> new Stock(product, "Book", new Money(100), stock.available() - 1, stock.reserved() + 1))
                .flatMap(sold -> stocks.save(List.of(sold)))
                .as(database.transactions()::transactional);
        Flux.range(0, 10)
                .flatMap(i -> Mono.when(setStock.add(product, 100), sale), 10)
                .blockLast();
        assertThat(stocks.find(product).block()).isEqualTo(new Stock(product, "Book", new Money(100), 1000, 10));
        assertThat(stocks.history(product, 0, 20).collectList().block())
                .hasSize(11)
                .extracting(StockStore.Entry::kind)
                .containsOnly(Movement.Kind.STOCKED);
        assertThat(setStock.add(new ProductId("NOTHING"), 1).blockOptional()).isEmpty();
    }

    @Test
    void refusesARestockBeyondTheMostThatCanBeStocked() {
        var product = new ProductId("FULL");
        setStock.set(new Stock(product, "Book", new Money(100), Stock.MOST - 1, 0), Condition.NONE)
                .block();
        assertThatThrownBy(() -> setStock.add(product, 2).block()).isInstanceOf(Stock.TooMuch.class);
        assertThatThrownBy(() -> setStock.add(product, Stock.MOST).block()).isInstanceOf(Stock.TooMuch.class);
        assertThat(setStock.add(product, 1).block().available()).isEqualTo(Stock.MOST);
    }

    @Test
    void changesNothingIfTheConditionDoesNotHold() {
        var product = new ProductId("CONDITIONAL");
        var wanted = new Stock(product, "Book", new Money(100), 5, 0);
        assertThatThrownBy(() -> setStock.set(wanted, stock -> stock != null).block())
                .isInstanceOf(Condition.Failed.class);
        assertThat(stocks.find(product).blockOptional()).isEmpty();
        assertThat(setStock.set(wanted, stock -> stock == null).block()).isEqualTo(wanted);
    }
}
