package dev.saga.order.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.ShopEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OrderMetricsTest {
    private static final Instant PLACED = Instant.parse("2026-11-28T10:00:00Z");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final OrderMetrics metrics = new OrderMetrics(meters, Clock.fixed(PLACED.plusMillis(80), ZoneOffset.UTC));
    private final Order pending = Order.place(
                    new TransactionId(UUID.randomUUID()),
                    new UserId("ann"),
                    List.of(new Line(new ProductId("BOOK"), 1, null)),
                    null,
                    PLACED)
            .order();

    @Test
    void measuresFinalOrdersByOutcomeAndCountsWhyTheyWereCancelled() {
        metrics.ended(List.of(
                pending,
                after(new PaymentEvent.Completed(pending.id(), "pay-1", new Money(7))),
                after(outOfStock()),
                after(outOfStock())));
        assertThat(duration("confirmed").count()).isOne();
        assertThat(duration("cancelled").count()).isEqualTo(2);
        assertThat(cancelled(CancelReason.OUT_OF_STOCK)).isEqualTo(2);
        assertThat(cancelled(CancelReason.TIMED_OUT)).isZero();
    }

    @Test
    void theHistogramHasTheBucketInWhichADurationLies() {
        metrics.ended(List.of(after(new PaymentEvent.Completed(pending.id(), "pay-1", new Money(7)))));
        assertThat(Arrays.stream(duration("confirmed").takeSnapshot().histogramCounts())
                        .filter(bucket -> bucket.count() == 1)
                        .mapToDouble(bucket -> bucket.bucket(TimeUnit.MILLISECONDS))
                        .min())
                .hasValue(100);
    }

    private Order after(ShopEvent event) {
        return pending.on(event).order();
    }

    private ShopEvent outOfStock() {
        return new InventoryEvent.Rejected(
                pending.id(), InventoryEvent.RejectReason.OUT_OF_STOCK, new ProductId("BOOK"));
    }

    private Timer duration(String outcome) {
        return meters.get("saga.orders.duration").tag("outcome", outcome).timer();
    }

    private double cancelled(CancelReason reason) {
        return meters.get("saga.orders.cancelled")
                .tag("reason", reason.name())
                .counter()
                .count();
    }
}
