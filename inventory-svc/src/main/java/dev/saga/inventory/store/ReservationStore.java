package dev.saga.inventory.store;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent.RejectReason;
import dev.saga.events.value.Line;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.inventory.domain.Reservation;
import io.r2dbc.spi.Row;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Stores and loads reservations, a batch per statement. */
@Component
public class ReservationStore {
    private static final String INSERT = "INSERT INTO reservation (transaction_id, status, user_id, order_lines,"
            + " payment_token, reject_reason, reject_product) VALUES";
    private static final String TUPLE = "(?,?,?,?,?,?,?)";

    private final Sql sql;

    public ReservationStore(Sql sql) {
        this.sql = sql;
    }

    /** Loads the reservations that exist and locks them, in the order of their ids. */
    public Mono<Map<TransactionId, Reservation>> lock(Collection<TransactionId> ids) {
        return sql.rows(
                        "SELECT * FROM reservation WHERE transaction_id IN (" + Sql.marks(ids)
                                + ") ORDER BY transaction_id FOR UPDATE",
                        ids.stream().sorted().map(TransactionId::value).toList(),
                        ReservationStore::reservation)
                .collectMap(Reservation::id);
    }

    /**
     * Adds new reservations. Fails if a concurrent transaction has added one of them; the transaction then runs again
     * and reads it.
     */
    public Mono<Long> add(List<Reservation> reservations) {
        return sql.insert(INSERT, TUPLE, rows(reservations), "");
    }

    /** Overwrites the status of reservations that this transaction has locked. */
    public Mono<Long> save(List<Reservation> reservations) {
        return sql.insert(INSERT, TUPLE, rows(reservations), "ON DUPLICATE KEY UPDATE status = VALUES(status)");
    }

    private static List<@Nullable Object[]> rows(List<Reservation> reservations) {
        return reservations.stream().map(ReservationStore::row).toList();
    }

    private static @Nullable Object[] row(Reservation reservation) {
        return switch (reservation) {
            case Reservation.Held held -> {
                PaymentToken token = held.paymentToken();
                String text = token == null ? null : token.text();
                yield row(held, "HELD", held.userId().text(), Line.format(held.lines()), text, null, null);
            }
            case Reservation.Refused refused -> {
                String reason = refused.reason().name();
                yield row(
                        refused,
                        "REFUSED",
                        null,
                        "",
                        null,
                        reason,
                        refused.productId().text());
            }
            case Reservation.Released released ->
                row(released, "RELEASED", null, Line.format(released.lines()), null, null, null);
            case Reservation.NeverHeld tombstone -> row(tombstone, "NEVER_HELD", null, "", null, null, null);
        };
    }

    private static @Nullable Object[] row(Reservation reservation, @Nullable String... columns) {
        @Nullable Object[] row = new @Nullable Object[columns.length + 1];
        row[0] = reservation.id().value();
        System.arraycopy(columns, 0, row, 1, columns.length);
        return row;
    }

    private static Reservation reservation(Row row) {
        TransactionId id = TransactionId.of(Sql.get(row, "transaction_id", String.class));
        List<Line> lines = Line.parse(Sql.get(row, "order_lines", String.class));
        String token = row.get("payment_token", String.class);
        String status = Sql.get(row, "status", String.class);
        return switch (status) {
            case "HELD" ->
                new Reservation.Held(
                        id,
                        new UserId(Sql.get(row, "user_id", String.class)),
                        lines,
                        token == null ? null : new PaymentToken(token));
            case "REFUSED" ->
                new Reservation.Refused(
                        id,
                        RejectReason.valueOf(Sql.get(row, "reject_reason", String.class)),
                        new ProductId(Sql.get(row, "reject_product", String.class)));
            case "RELEASED" -> new Reservation.Released(id, lines);
            case "NEVER_HELD" -> new Reservation.NeverHeld(id);
            default -> throw new IllegalStateException("reservation " + id + " has the unknown status " + status);
        };
    }
}
