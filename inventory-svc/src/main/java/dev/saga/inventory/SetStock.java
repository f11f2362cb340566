package dev.saga.inventory;

import dev.saga.delivery.FailurePolicy;
import dev.saga.delivery.Transactions;
import dev.saga.inventory.domain.Movement;
import dev.saga.inventory.domain.Stock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Creates a product or sets its name, price and available stock; the difference goes into the ledger. */
@Component
public class SetStock {
    private static final int RETRIES = 5;

    private final StockStore stocks;
    private final Transactions transactions;

    SetStock(StockStore stocks, Transactions transactions) {
        this.stocks = stocks;
        this.transactions = transactions;
    }

    /** What to set, and the product as it is after the commit. {@code wanted.reserved} does not count. */
    public Mono<Stock> set(Stock wanted) {
        return stocks.lock(Set.of(wanted.productId()))
                .flatMap(locked -> set(wanted, locked.get(wanted.productId())))
                .as(transactions::transactional)
                .retryWhen(FailurePolicy.whileTransient(RETRIES));
    }

    private Mono<Stock> set(Stock wanted, @Nullable Stock before) {
        long reserved = before == null ? 0 : before.reserved();
        long difference = wanted.available() - (before == null ? 0 : before.available());
        var after = new Stock(wanted.productId(), wanted.name(), wanted.unitPrice(), wanted.available(), reserved);
        var stocked = new Movement(after.productId(), null, difference, Movement.Kind.STOCKED);
        return (before == null ? stocks.add(after) : stocks.save(List.of(after)))
                .then(stocks.note(difference == 0 ? List.of() : List.of(stocked)))
                .thenReturn(after);
    }
}
