package dev.saga.order.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.StockLevel;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.order.meter.OrderMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownStockTest {
    private static final Duration LONGEST_AGE = Duration.ofSeconds(15);
    private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");
    private static final ProductId BOOK = new ProductId("BOOK");
    private static final ProductId PEN = new ProductId("PEN");

    private Instant now = START;
    private final InstantSource clock = () -> now;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final KnownStock stock = new KnownStock(
            new IntakeSettings(1, 1, LONGEST_AGE, 1, 1, 1, LONGEST_AGE),
            clock.withZone(ZoneOffset.UTC),
            new OrderMetrics(meters, Clock.systemUTC()));

    @Test
    void refusesAnOrderThatTheKnownStockCannotCover() {
        level(BOOK, 2, 1);
        assertThat(lacking(2)).isNull();
        assertThat(lacking(3)).isEqualTo(BOOK);
    }

    @Test
    void coversAnOrderOnlyIfItCoversEachLine() {
        level(BOOK, 2, 1);
        level(PEN, 0, 1);
        assertThat(stock.lacking(List.of(line(BOOK, 1), line(PEN, 1)))).isEqualTo(PEN);
        level(PEN, 1, 2);
        assertThat(stock.lacking(List.of(line(BOOK, 1), line(PEN, 1)))).isNull();
        assertThat(stock.lacking(List.of(line(PEN, 1), line(BOOK, 3)))).isEqualTo(BOOK);
    }

    @Test
    void leavesAnUnknownOrRemovedProductToTheSaga() {
        assertThat(lacking(1)).isNull();
        level(BOOK, 0, 1);
        assertThat(stock.lacking(List.of(line(PEN, 1)))).isNull();
        stock.removed("BOOK");
        assertThat(lacking(1)).isNull();
    }

    @Test
    void anOlderVersionNeverReplacesANewerOne() {
        level(BOOK, 5, 8);
        level(BOOK, 0, 7);
        assertThat(lacking(1)).isNull();
        level(BOOK, 0, 9);
        level(BOOK, 5, 8);
        assertThat(lacking(1)).isEqualTo(BOOK);
    }

    @Test
    void aLevelRefusesNothingOnceItIsTooOld() {
        level(BOOK, 0, 1);
        now = START.plus(LONGEST_AGE);
        assertThat(lacking(1)).isEqualTo(BOOK);
        assertThat(trusted()).isEqualTo(1);
        now = now.plusMillis(1);
        assertThat(lacking(1)).isNull();
        assertThat(trusted()).isZero();
    }

    @Test
    void aRepeatedLevelRefusesForLonger() {
        level(BOOK, 0, 1);
        now = START.plusSeconds(10);
        level(BOOK, 0, 1);
        now = START.plusSeconds(20);
        assertThat(lacking(1)).isEqualTo(BOOK);
    }

    @Test
    void theSameRecordAgainRefusesNotForLonger() {
        level(BOOK, 0, 1);
        now = START.plusSeconds(10);
        stock.changed(new StockLevel(BOOK, 0, 1), START);
        now = START.plusSeconds(16);
        assertThat(lacking(1)).isNull();
    }

    /** A publisher whose clock is ahead, or a foreign producer. */
    @Test
    void aLevelFromTheFutureIsAsOldAsItsArrival() {
        stock.changed(new StockLevel(BOOK, 0, 1), START.plusSeconds(3600));
        now = START.plus(LONGEST_AGE).plusMillis(1);
        assertThat(lacking(1)).isNull();
    }

    /** After the restore of an older database, versions begin again below those that are known. */
    @Test
    void anyLevelReplacesOneThatIsTooOld() {
        level(BOOK, 5, Long.MAX_VALUE);
        now = START.plusSeconds(16);
        level(BOOK, 0, 3);
        assertThat(lacking(1)).isEqualTo(BOOK);
    }

    @Test
    void keepsABoundedNumberOfProductsAndLeavesTheOthersToTheSaga() {
        for (int i = 0; i < KnownStock.MOST_PRODUCTS; i++) {
            level(new ProductId("P-" + i), 0, 1);
        }
        level(BOOK, 0, 1);
        assertThat(lacking(1)).isNull();
        assertThat(stock.lacking(List.of(line(new ProductId("P-0"), 1)))).isNotNull();
        level(new ProductId("P-0"), 1, 2);
        assertThat(stock.lacking(List.of(line(new ProductId("P-0"), 1)))).isNull();
        stock.removed("P-1");
        level(BOOK, 0, 1);
        assertThat(lacking(1)).isEqualTo(BOOK);
    }

    private void level(ProductId product, long available, long version) {
        stock.changed(new StockLevel(product, available, version), now);
    }

    private double trusted() {
        return meters.get("saga.stock.trusted").gauge().value();
    }

    private ProductId lacking(int qty) {
        return stock.lacking(List.of(line(BOOK, qty)));
    }

    private static Line line(ProductId product, int qty) {
        return new Line(product, qty, null);
    }
}
