package dev.saga.inventory.store;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.domain.Movement;
import dev.saga.inventory.domain.Stock;
import io.r2dbc.spi.Row;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Stores and loads products and the ledger. */
@Component
public class StockStore {
    private static final String INSERT =
            "INSERT INTO product (product_id, name, unit_price, available, reserved) VALUES";
    private static final String TUPLE = "(?,?,?,?,?)";
    private static final String SELECT = "SELECT product_id, name, unit_price, available, reserved FROM product ";

    /** An entry of the ledger, as stored. */
    public record Entry(
            long id, @Nullable TransactionId transactionId, long quantity, Movement.Kind kind, Instant time) {}

    private final Sql sql;
    private final Clock clock;

    public StockStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Loads the products that exist and locks them, in the order of their ids. */
    public Mono<Map<ProductId, Stock>> lock(Set<ProductId> products) {
        return products.isEmpty()
                ? Mono.just(Map.of())
                : sql.rows(
                                SELECT + "WHERE product_id IN (" + Sql.marks(products)
                                        + ") ORDER BY product_id FOR UPDATE",
                                products.stream().map(ProductId::text).toList(),
                                StockStore::stock)
                        .collectMap(Stock::productId);
    }

    /** Adds a product. Fails if a concurrent transaction has added it; the transaction then runs again and locks it. */
    public Mono<Long> add(Stock stock) {
        return sql.insert(INSERT, TUPLE, List.<@Nullable Object[]>of(row(stock)), "");
    }

    /** Overwrites products that this transaction has locked. Their levels are then due, see {@link LevelStore}. */
    public Mono<Long> save(Collection<Stock> stocks) {
        return sql.insert(
                INSERT,
                TUPLE,
                stocks.stream()
                        .sorted(Comparator.comparing(Stock::productId))
                        .map(StockStore::row)
                        .toList(),
                "ON DUPLICATE KEY UPDATE name = VALUES(name), unit_price = VALUES(unit_price),"
                        + " available = VALUES(available), reserved = VALUES(reserved),"
                        + " version = version + 1, level_due = '1970-01-01'");
    }

    private static @Nullable Object[] row(Stock stock) {
        return new @Nullable Object[] {
            stock.productId().text(), stock.name(), stock.unitPrice().minor(), stock.available(), stock.reserved()
        };
    }

    /** Appends entries to the ledger. */
    public Mono<Long> note(List<Movement> movements) {
        return sql.insert(
                "INSERT INTO ledger (product_id, transaction_id, quantity, kind, time) VALUES",
                "(?,?,?,?,?)",
                movements.stream().map(this::row).toList(),
                "");
    }

    private @Nullable Object[] row(Movement movement) {
        TransactionId saga = movement.transactionId();
        return new @Nullable Object[] {
            movement.productId().text(),
            saga == null ? null : saga.value(),
            movement.quantity(),
            movement.kind().name(),
            clock.instant()
        };
    }

    /** Returns one product; empty if there is none. */
    public Mono<Stock> find(ProductId product) {
        return sql.rows(SELECT + "WHERE product_id = ?", List.of(product.text()), StockStore::stock)
                .singleOrEmpty();
    }

    /** Returns the products after {@code after}, in the order of their ids. */
    public Flux<Stock> page(String after, int limit) {
        return sql.rows(
                SELECT + "WHERE product_id > ? ORDER BY product_id LIMIT ?", List.of(after, limit), StockStore::stock);
    }

    /** Returns the ledger of a product after the entry {@code after}, oldest first. */
    public Flux<Entry> history(ProductId product, long after, int limit) {
        return sql.rows(
                "SELECT id, transaction_id, quantity, kind, time FROM ledger WHERE product_id = ? AND id > ?"
                        + " ORDER BY id LIMIT ?",
                List.of(product.text(), after, limit),
                StockStore::entry);
    }

    private static Entry entry(Row row) {
        String saga = row.get("transaction_id", String.class);
        return new Entry(
                Sql.get(row, "id", Long.class),
                saga == null ? null : TransactionId.of(saga),
                Sql.get(row, "quantity", Long.class),
                Movement.Kind.valueOf(Sql.get(row, "kind", String.class)),
                Sql.instant(row, "time"));
    }

    private static Stock stock(Row row) {
        return new Stock(
                new ProductId(Sql.get(row, "product_id", String.class)),
                Sql.get(row, "name", String.class),
                new Money(Sql.get(row, "unit_price", Long.class)),
                Sql.get(row, "available", Long.class),
                Sql.get(row, "reserved", Long.class));
    }
}
