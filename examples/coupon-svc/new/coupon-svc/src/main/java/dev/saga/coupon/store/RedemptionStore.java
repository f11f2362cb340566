package dev.saga.coupon.store;

import dev.saga.coupon.domain.Redemption;
import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.CouponEvent.RejectReason;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import io.r2dbc.spi.Row;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Stores and loads redemptions, a batch per statement. */
@Component
public class RedemptionStore {
    private static final String INSERT = "INSERT INTO redemption (transaction_id, status, code, discount, total_price,"
            + " payment_token, reject_reason) VALUES";
    private static final String TUPLE = "(?,?,?,?,?,?,?)";

    private final Sql sql;

    public RedemptionStore(Sql sql) {
        this.sql = sql;
    }

    /** Loads the redemptions that exist and locks them, in the order of their ids. */
    public Mono<Map<TransactionId, Redemption>> lock(Collection<TransactionId> ids) {
        return ids.isEmpty()
                ? Mono.just(Map.of())
                : sql.rows(
                                "SELECT * FROM redemption WHERE transaction_id IN (" + Sql.marks(ids)
                                        + ") ORDER BY transaction_id FOR UPDATE",
                                ids.stream().sorted().map(TransactionId::value).toList(),
                                RedemptionStore::redemption)
                        .collectMap(Redemption::id);
    }

    /**
     * Adds new redemptions. Fails if a concurrent transaction has added one of them; the transaction then runs again and
     * reads it.
     */
    public Mono<Long> add(List<Redemption> redemptions) {
        return sql.insert(INSERT, TUPLE, rows(redemptions), "");
    }

    /** Overwrites the status of redemptions that this transaction has locked. */
    public Mono<Long> save(List<Redemption> redemptions) {
        return sql.insert(INSERT, TUPLE, rows(redemptions), "ON DUPLICATE KEY UPDATE status = VALUES(status)");
    }

    private static List<@Nullable Object[]> rows(List<Redemption> redemptions) {
        return redemptions.stream().map(RedemptionStore::row).toList();
    }

    private static @Nullable Object[] row(Redemption redemption) {
        return switch (redemption) {
            case Redemption.Redeemed redeemed -> {
                PaymentToken token = redeemed.paymentToken();
                yield row(
                        redeemed,
                        "REDEEMED",
                        redeemed.code().text(),
                        redeemed.discount().minor(),
                        redeemed.totalPrice().minor(),
                        token == null ? null : token.text(),
                        null);
            }
            case Redemption.Refused refused ->
                row(
                        refused,
                        "REFUSED",
                        refused.code().text(),
                        null,
                        null,
                        null,
                        refused.reason().name());
            case Redemption.Returned returned ->
                row(returned, "RETURNED", returned.code().text(), null, null, null, null);
            case Redemption.NeverRedeemed tombstone -> row(tombstone, "NEVER_REDEEMED", null, null, null, null, null);
        };
    }

    private static @Nullable Object[] row(Redemption redemption, @Nullable Object... columns) {
        @Nullable Object[] row = new @Nullable Object[columns.length + 1];
        row[0] = redemption.id().value();
        System.arraycopy(columns, 0, row, 1, columns.length);
        return row;
    }

    private static Redemption redemption(Row row) {
        TransactionId id = TransactionId.of(Sql.get(row, "transaction_id", String.class));
        String status = Sql.get(row, "status", String.class);
        return switch (status) {
            case "REDEEMED" -> redeemed(id, row);
            case "REFUSED" ->
                new Redemption.Refused(
                        id, code(row), RejectReason.valueOf(Sql.get(row, "reject_reason", String.class)));
            case "RETURNED" -> new Redemption.Returned(id, code(row));
            case "NEVER_REDEEMED" -> new Redemption.NeverRedeemed(id);
            default -> throw new IllegalStateException("redemption " + id + " has the unknown status " + status);
        };
    }

    private static Redemption redeemed(TransactionId id, Row row) {
        String token = row.get("payment_token", String.class);
        return new Redemption.Redeemed(
                id,
                code(row),
                new Money(Sql.get(row, "discount", Long.class)),
                new Money(Sql.get(row, "total_price", Long.class)),
                token == null ? null : new PaymentToken(token));
    }

    private static CouponCode code(Row row) {
        return new CouponCode(Sql.get(row, "code", String.class));
    }
}
