package dev.saga.coupon.store;

import dev.saga.coupon.domain.Coupon;
import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Money;
import io.r2dbc.spi.Row;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Stores and loads coupons, a batch per statement. */
@Component
public class CouponStore {
    private static final String COLUMNS = "coupon (code, discount, redeemed_by) VALUES";
    private static final String TUPLE = "(?,?,?)";
    private static final String SELECT = "SELECT code, discount, redeemed_by FROM coupon ";

    private final Sql sql;

    public CouponStore(Sql sql) {
        this.sql = sql;
    }

    /** Loads the coupons that exist and locks them, in the order of their codes. */
    public Mono<Map<CouponCode, Coupon>> lock(Set<CouponCode> codes) {
        return codes.isEmpty()
                ? Mono.just(Map.of())
                : sql.rows(
                                SELECT + "WHERE code IN (" + Sql.marks(codes) + ") ORDER BY code FOR UPDATE",
                                codes.stream().map(CouponCode::text).toList(),
                                CouponStore::coupon)
                        .collectMap(Coupon::code);
    }

    /** Adds a coupon. Returns 0 if one has this code already; it is not changed. */
    public Mono<Long> add(Coupon coupon) {
        return sql.insert("INSERT IGNORE INTO " + COLUMNS, TUPLE, List.<@Nullable Object[]>of(row(coupon)), "");
    }

    /** Writes which orders have redeemed coupons that this transaction has locked. */
    public Mono<Long> save(Collection<Coupon> coupons) {
        return sql.insert(
                "INSERT INTO " + COLUMNS,
                TUPLE,
                coupons.stream()
                        .sorted(Comparator.comparing(Coupon::code))
                        .map(CouponStore::row)
                        .toList(),
                "ON DUPLICATE KEY UPDATE redeemed_by = VALUES(redeemed_by)");
    }

    /** Returns one coupon; empty if there is none. */
    public Mono<Coupon> find(CouponCode code) {
        return sql.rows(SELECT + "WHERE code = ?", List.of(code.text()), CouponStore::coupon)
                .singleOrEmpty();
    }

    /** Returns coupons in the order of their codes, after this code. */
    public Flux<Coupon> page(String after, int limit) {
        return sql.rows(SELECT + "WHERE code > ? ORDER BY code LIMIT ?", List.of(after, limit), CouponStore::coupon);
    }

    private static @Nullable Object[] row(Coupon coupon) {
        TransactionId order = coupon.redeemedBy();
        return new @Nullable Object[] {
            coupon.code().text(), coupon.discount().minor(), order == null ? null : order.value()
        };
    }

    private static Coupon coupon(Row row) {
        String order = row.get("redeemed_by", String.class);
        return new Coupon(
                new CouponCode(Sql.get(row, "code", String.class)),
                new Money(Sql.get(row, "discount", Long.class)),
                order == null ? null : TransactionId.of(order));
    }
}
