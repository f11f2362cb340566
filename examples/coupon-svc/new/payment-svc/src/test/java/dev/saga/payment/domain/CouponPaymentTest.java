package dev.saga.payment.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.CouponEvent;
import dev.saga.events.Events;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CouponPaymentTest {
    private static final TransactionId ID = Events.SAGA;
    private static final PaymentToken TOKEN = new PaymentToken("tok_approve");

    @Test
    void aRedeemedCouponRequestsThePaymentOfTheLowerTotalOnce() {
        Payment intent = Payment.on(redeemed(1000), null, Instant.EPOCH).payment();
        assertThat(intent.amount()).isEqualTo(new Money(1000));
        assertThat(intent.token()).isEqualTo(TOKEN);
        assertThat(intent.mayBeCharged()).isTrue();
        assertThat(Payment.on(redeemed(1000), intent, Instant.EPOCH).payment()).isEqualTo(intent);
    }

    @Test
    void aTotalOfZeroIsCompletedAtOnce() {
        assertThat(Payment.on(redeemed(0), null, Instant.EPOCH).events())
                .containsExactly(new PaymentEvent.Completed(ID, "free-" + ID.text(), Money.ZERO));
    }

    @Test
    void aCouponRedeemedAfterTheCancelIsNeverCharged() {
        Payment tombstone = Payment.on(new OrderEvent.Cancel(ID, CancelReason.CANCELLED_BY_USER), null, Instant.EPOCH)
                .payment();
        assertThat(Payment.on(redeemed(1000), tombstone, Instant.EPOCH)
                        .payment()
                        .mayBeCharged())
                .isFalse();
    }

    private static CouponEvent.Redeemed redeemed(long total) {
        return new CouponEvent.Redeemed(ID, Events.SALE, new Money(500), new Money(total), TOKEN);
    }
}
