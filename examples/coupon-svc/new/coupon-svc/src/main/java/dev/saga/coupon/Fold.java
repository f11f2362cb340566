package dev.saga.coupon;

import dev.saga.coupon.domain.Coupon;
import dev.saga.coupon.domain.Decision;
import dev.saga.coupon.domain.Redemption;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.event.Envelope;
import dev.saga.event.TransactionId;
import dev.saga.events.CouponEvent;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.ShopEvent;
import dev.saga.events.value.CouponCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies a batch of events, in their order, to the redemptions and coupons that it touches. */
final class Fold {
    private static final Logger LOG = LoggerFactory.getLogger(Fold.class);

    private final Map<TransactionId, Redemption> before;
    private final Map<TransactionId, Redemption> written = new LinkedHashMap<>();
    private final Map<CouponCode, Coupon> current;
    private final Map<CouponCode, Coupon> moved = new HashMap<>();
    private final List<OutgoingEvent> events = new ArrayList<>();

    private Fold(Map<TransactionId, Redemption> before, Map<CouponCode, Coupon> coupons) {
        this.before = before;
        this.current = new HashMap<>(coupons);
    }

    static Fold of(List<Envelope> fresh, Map<TransactionId, Redemption> before, Map<CouponCode, Coupon> coupons) {
        var fold = new Fold(before, coupons);
        fresh.forEach(fold::apply);
        return fold;
    }

    private void apply(Envelope envelope) {
        TransactionId id = envelope.transactionId();
        Decision decision = decide(envelope, written.getOrDefault(id, before.get(id)));
        if (decision.changed()) {
            written.put(id, decision.redemption());
            log(decision.redemption(), envelope);
        }
        Coupon coupon = decision.coupon();
        if (coupon != null) {
            current.put(coupon.code(), coupon);
            moved.put(coupon.code(), coupon);
        }
        decision.events().forEach(event -> events.add(OutgoingEvent.because(envelope, event)));
    }

    private Decision decide(Envelope envelope, @Nullable Redemption redemption) {
        return switch (ShopEvent.of(envelope)) {
            case InventoryEvent.Reserved reserved -> Redemption.on(reserved, redemption, current);
            case OrderEvent.Cancel cancel -> Redemption.on(cancel, redemption, current);
            case InventoryEvent.Rejected other -> throw notOurs(other.type());
            case InventoryEvent.Released other -> throw notOurs(other.type());
            case OrderEvent.Created other -> throw notOurs(other.type());
            case OrderEvent.Confirmed other -> throw notOurs(other.type());
            case OrderEvent.Cancelled other -> throw notOurs(other.type());
            case CouponEvent other -> throw notOurs(other.type());
            case PaymentEvent other -> throw notOurs(other.type());
        };
    }

    private static IllegalStateException notOurs(Object type) {
        return new IllegalStateException("coupon-svc does not consume " + type);
    }

    private static void log(Redemption redemption, Envelope cause) {
        LOG.info(
                "redemption transaction_id={} is={} because={} event_id={}",
                redemption.id(),
                redemption.getClass().getSimpleName(),
                cause.event().type(),
                cause.id());
    }

    /** Returns the redemptions that the batch created. */
    List<Redemption> added() {
        return written.values().stream()
                .filter(redemption -> !before.containsKey(redemption.id()))
                .toList();
    }

    /** Returns the redemptions that existed and changed. */
    List<Redemption> changed() {
        return written.values().stream()
                .filter(redemption -> before.containsKey(redemption.id()))
                .toList();
    }

    Collection<Coupon> coupons() {
        return moved.values();
    }

    List<OutgoingEvent> events() {
        return events;
    }
}
