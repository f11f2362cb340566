package dev.saga.order.intake;

import dev.saga.delivery.consumer.StateReader;
import dev.saga.events.StockLevel;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.order.meter.OrderMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The stock levels that inventory-svc published, in memory. A level refuses orders only while it is young: inventory-svc
 * was sure of it when it published it, and repeats it while the stock is low. So no order is refused for longer than the
 * longest age after it became possible, whatever stands still in between. Without a reader it knows no level.
 */
@Component
public final class KnownStock implements StateReader.Listener<StockLevel> {
    /** In memory about 20 MB. Levels of further products are not kept, so the saga decides about them. */
    static final int MOST_PRODUCTS = 100_000;

    private final Duration longestAge;
    private final Clock clock;
    private final Map<ProductId, Known> levels = new ConcurrentHashMap<>();

    /** A level and when it was true: as its publisher says, but not later than it arrived. */
    private record Known(StockLevel level, Instant asOf) {
        boolean isOlderThan(Known other) {
            return level.version() == other.level.version()
                    ? asOf.isBefore(other.asOf)
                    : level.version() < other.level.version();
        }
    }

    KnownStock(IntakeSettings settings, Clock clock, OrderMetrics metrics) {
        this.longestAge = settings.levelAge();
        this.clock = clock;
        metrics.trustedStock(this::countTrusted);
    }

    /** Keeps a level. An older one never replaces a newer one, unless that one is too old to refuse anything. */
    @Override
    public void changed(StockLevel level, Instant time) {
        Instant now = clock.instant();
        var known = new Known(level, time.isBefore(now) ? time : now);
        Known before = levels.get(level.productId());
        boolean isNews =
                before == null ? levels.size() < MOST_PRODUCTS : !(known.isOlderThan(before) && isTrusted(before, now));
        if (isNews) {
            levels.put(level.productId(), known);
        }
    }

    @Override
    public void removed(String key) {
        levels.remove(new ProductId(key));
    }

    /** Returns the first product of which fewer units are known to be available than are ordered; null if there is none. */
    @Nullable ProductId lacking(List<Line> lines) {
        if (levels.isEmpty()) {
            return null;
        }
        Instant now = clock.instant();
        return lines.stream()
                .filter(line -> isShort(line, now))
                .map(Line::productId)
                .findFirst()
                .orElse(null);
    }

    private boolean isShort(Line line, Instant now) {
        Known known = levels.get(line.productId());
        return known != null && known.level.available() < line.qty() && isTrusted(known, now);
    }

    private boolean isTrusted(Known known, Instant now) {
        return !known.asOf.plus(longestAge).isBefore(now);
    }

    private long countTrusted() {
        Instant now = clock.instant();
        return levels.values().stream().filter(known -> isTrusted(known, now)).count();
    }
}
