package dev.saga.inventory.http;

import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.domain.Stock;
import dev.saga.inventory.store.StockStore;
import dev.saga.web.problem.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A product as callers see it. */
record ProductResource(String productId, String name, long unitPrice, long available, long reserved) {
    private static final int LONGEST_NAME = 200;

    static ProductResource of(Stock stock) {
        return new ProductResource(
                stock.productId().text(), stock.name(), stock.unitPrice().minor(), stock.available(), stock.reserved());
    }

    /** The body of {@code PUT}. */
    record Request(
            @Nullable String name,
            @Nullable Long unitPrice,
            @Nullable Long stock) {
        Stock stock(ProductId id) {
            return new Stock(
                    id,
                    name(name),
                    new Money(bounded("unitPrice", unitPrice, Line.HIGHEST_PRICE)),
                    bounded("stock", stock, Stock.MOST),
                    0);
        }

        /** Checks that a name can be shown in one line and written as UTF-8. */
        private static String name(@Nullable String name) {
            if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
                throw Problem.invalid("name", "must be 1 to 200 characters");
            }
            if (!name.codePoints().allMatch(Request::isText)) {
                throw Problem.invalid("name", "must not have control characters or unpaired surrogates");
            }
            return name;
        }

        private static boolean isText(int character) {
            return switch (Character.getType(character)) {
                case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    false;
                default -> true;
            };
        }

        private static long bounded(String field, @Nullable Long value, long most) {
            if (value == null || value < 0 || value > most) {
                throw Problem.invalid(field, "must be 0 to " + most + " but is " + value);
            }
            return value;
        }
    }

    /** The body of {@code POST …/restock}. */
    record Restock(@Nullable Long qty) {
        long units() {
            if (qty == null || qty < 1 || qty > Stock.MOST) {
                throw Problem.invalid("qty", "must be 1 to " + Stock.MOST + " but is " + qty);
            }
            return qty;
        }
    }

    /** An entry of the ledger. */
    record Movement(long id, @Nullable String transactionId, long quantity, String kind, Instant time) {
        static Movement of(StockStore.Entry entry) {
            return new Movement(
                    entry.id(),
                    entry.transactionId() == null ? null : entry.transactionId().text(),
                    entry.quantity(),
                    entry.kind().name(),
                    entry.time());
        }
    }
}
