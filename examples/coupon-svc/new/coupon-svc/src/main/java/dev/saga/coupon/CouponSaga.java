package dev.saga.coupon;

import dev.saga.coupon.domain.Coupon;
import dev.saga.coupon.domain.Redemption;
import dev.saga.coupon.store.CouponStore;
import dev.saga.coupon.store.RedemptionStore;
import dev.saga.delivery.inbox.EventHandler;
import dev.saga.delivery.inbox.Handled;
import dev.saga.delivery.sql.Sql;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.Participant;
import dev.saga.events.ShopEventType;
import dev.saga.events.value.CouponCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Redeems coupons for reserved orders, and gives them back after a cancel. The reservation of an order without a coupon
 * has no effect.
 */
@Component
final class CouponSaga implements EventHandler<CouponSaga.State> {
    private static final Set<EventType> CONSUMED = ShopEventType.consumedBy(Participant.COUPON);

    /** The locked redemptions and coupons that a batch touches. */
    record State(Map<TransactionId, Redemption> redemptions, Map<CouponCode, Coupon> coupons) {}

    private final RedemptionStore redemptions;
    private final CouponStore coupons;

    CouponSaga(RedemptionStore redemptions, CouponStore coupons) {
        this.redemptions = redemptions;
        this.coupons = coupons;
    }

    @Override
    public Set<EventType> consumes() {
        return CONSUMED;
    }

    /** Locks redemptions before coupons: a cancel names no coupon, its redemption does. */
    @Override
    public Mono<State> load(List<Envelope> events) {
        List<Envelope> ours = ours(events);
        Set<TransactionId> ids = ours.stream().map(Envelope::transactionId).collect(Collectors.toSet());
        return redemptions
                .lock(ids)
                .flatMap(before -> coupons.lock(codes(ours, before.values())).map(locked -> new State(before, locked)));
    }

    @Override
    public Mono<Handled> handle(List<Envelope> fresh, State state) {
        return Mono.just(save(Fold.of(ours(fresh), state.redemptions, state.coupons)));
    }

    private Handled save(Fold fold) {
        Mono<Void> writes = Sql.pipelined(
                redemptions.add(fold.added()), redemptions.save(fold.changed()), coupons.save(fold.coupons()));
        return new Handled(fold.events(), writes);
    }

    /** Returns the events without the reservations of orders without a coupon. */
    private static List<Envelope> ours(List<Envelope> events) {
        return events.stream()
                .filter(envelope -> !(envelope.event() instanceof InventoryEvent.Reserved reserved)
                        || reserved.couponCode() != null)
                .toList();
    }

    /** Returns every coupon that the batch can touch, in the order in which all transactions lock coupons. */
    private static Set<CouponCode> codes(List<Envelope> events, Iterable<Redemption> before) {
        Set<CouponCode> codes = new TreeSet<>();
        for (Envelope envelope : events) {
            if (envelope.event() instanceof InventoryEvent.Reserved reserved && reserved.couponCode() != null) {
                codes.add(reserved.couponCode());
            }
        }
        for (Redemption redemption : before) {
            if (redemption instanceof Redemption.Redeemed redeemed) {
                codes.add(redeemed.code());
            }
        }
        return codes;
    }
}
