package dev.saga.inventory.store;

import dev.saga.delivery.sql.Sql;
import dev.saga.events.StockLevel;
import dev.saga.events.value.ProductId;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Finds the products whose stock level is due to be published. Each change of a product makes its level due; the pace
 * says how long it then still waits. The times are those of the database's clock, so all instances share them.
 */
@Component
public final class LevelStore {
    private static final String IS_DUE = "level_due <= UTC_TIMESTAMP(3) AND level_at <= UTC_TIMESTAMP(3)"
            + " - INTERVAL CASE WHEN available < ? THEN ? ELSE ? END MICROSECOND";

    private final Sql sql;
    private final LevelPace pace;

    public LevelStore(Sql sql, LevelPace pace) {
        this.sql = sql;
        this.pace = pace;
    }

    /** Returns products whose level is due, longest waiting first. Locks nothing, so it may be wrong a moment later. */
    public Mono<List<ProductId>> due(int limit) {
        return sql.rows(
                        "SELECT product_id FROM product WHERE " + IS_DUE + " ORDER BY level_due, level_at LIMIT ?",
                        List.of(pace.low(), micros(pace.pause()), micros(pace.refresh()), limit),
                        LevelStore::productId)
                .collectList();
    }

    /**
     * Locks products in the order in which all transactions lock them, and returns the levels of those that are due. A
     * product that another transaction holds is waited for, not skipped: a busy product would be skipped each time.
     */
    public Mono<List<StockLevel>> lockDue(List<ProductId> products) {
        List<Object> values = new ArrayList<>(List.of(pace.low(), micros(pace.pause()), micros(pace.refresh())));
        products.stream().map(ProductId::text).forEach(values::add);
        return sql.rows(
                        "SELECT product_id, available, version, " + IS_DUE
                                + " AS is_due FROM product WHERE product_id IN (" + Sql.marks(products)
                                + ") ORDER BY product_id FOR UPDATE",
                        values,
                        LevelStore::level)
                .flatMap(Mono::justOrEmpty)
                .collectList();
    }

    /** Notes that these locked levels are published: due again after the refresh if low, otherwise at the next change. */
    public Mono<Long> published(List<StockLevel> levels) {
        List<Object> values = new ArrayList<>(List.of(pace.low(), micros(pace.refresh())));
        levels.stream().map(level -> level.productId().text()).forEach(values::add);
        return sql.update(
                "UPDATE product SET level_at = UTC_TIMESTAMP(3), level_due = CASE WHEN available < ?"
                        + " THEN UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND ELSE '9999-12-31' END WHERE product_id IN ("
                        + Sql.marks(levels) + ")",
                values);
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    private static ProductId productId(Row row) {
        return new ProductId(Sql.get(row, "product_id", String.class));
    }

    private static Optional<StockLevel> level(Row row) {
        return Sql.get(row, "is_due", Long.class) == 0
                ? Optional.empty()
                : Optional.of(new StockLevel(
                        productId(row), Sql.get(row, "available", Long.class), Sql.get(row, "version", Long.class)));
    }
}
