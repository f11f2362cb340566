package dev.saga.inventory;

import dev.saga.delivery.sql.Transactions;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.domain.Movement;
import dev.saga.inventory.domain.Stock;
import dev.saga.inventory.store.StockStore;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Creates a product, sets its name, price and available stock, or adds stock. The difference is appended to the ledger
 * in the same transaction.
 */
@Component
public class SetStock {
    private final StockStore stocks;
    private final Transactions transactions;

    SetStock(StockStore stocks, Transactions transactions) {
        this.stocks = stocks;
        this.transactions = transactions;
    }

    /**
     * Creates or sets a product; {@code wanted.reserved} is ignored.
     *
     * @return the product as it is after the commit; fails with {@link Condition.Failed} if the condition does not hold
     */
    public Mono<Stock> set(Stock wanted, Condition condition) {
        return stocks.lock(Set.of(wanted.productId()))
                .flatMap(locked -> set(wanted, locked.get(wanted.productId()), condition))
                .as(transactions::retrying);
    }

    private Mono<Stock> set(Stock wanted, @Nullable Stock before, Condition condition) {
        if (!condition.holds(before)) {
            return Mono.error(new Condition.Failed());
        }
        long reserved = before == null ? 0 : before.reserved();
        long difference = wanted.available() - (before == null ? 0 : before.available());
        var after = new Stock(wanted.productId(), wanted.name(), wanted.unitPrice(), wanted.available(), reserved);
        return (before == null ? stocks.add(after) : stocks.save(List.of(after)))
                .then(note(after, difference))
                .thenReturn(after);
    }

    private Mono<Long> note(Stock stock, long difference) {
        var stocked = new Movement(stock.productId(), null, difference, Movement.Kind.STOCKED);
        return stocks.note(difference == 0 ? List.of() : List.of(stocked));
    }

    /**
     * Adds units to the available stock, independent of concurrent reservations.
     *
     * @param qty 1 to {@link Stock#MOST}
     * @return the product as it is after the commit, empty if there is none; fails with {@link Stock.TooMuch}
     */
    public Mono<Stock> add(ProductId product, long qty) {
        return stocks.lock(Set.of(product))
                .mapNotNull(locked -> locked.get(product))
                .map(before -> before.add(qty))
                .flatMap(after ->
                        stocks.save(List.of(after)).then(note(after, qty)).thenReturn(after))
                .as(transactions::retrying);
    }
}
