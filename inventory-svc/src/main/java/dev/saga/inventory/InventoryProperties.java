package dev.saga.inventory;

import dev.saga.inventory.store.LevelPace;
import dev.saga.web.settings.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of inventory-svc, {@code saga.inventory.*}.
 *
 * @param stockLevels if true, stock levels are published on the topic {@code stock}; if false, none is, and order-svc
 *     refuses no order early; default true
 * @param levelPause shortest time between two levels of a product whose stock is low, 50 ms to 1 min, default 250 ms. A
 *     shorter pause refuses hopeless orders sooner and publishes more
 * @param levelRefresh time after which the level of a product whose stock is low is published again without a change,
 *     and shortest time between two levels of any other product, {@code level-pause} to 10 min, default 5 s. Must be
 *     shorter than {@code saga.order.level-age}; a longer time publishes less
 * @param lowStock the stock of a product is low if fewer units are available than this, 0 to 10^12, default 100; at least
 *     as many as a usual order has. A higher value publishes more levels
 */
@ConfigurationProperties("saga.inventory")
record InventoryProperties(
        @DefaultValue("true") boolean stockLevels,
        @DefaultValue("250ms") Duration levelPause,
        @DefaultValue("5s") Duration levelRefresh,
        @DefaultValue("100") long lowStock) {
    InventoryProperties {
        Bounds.check("saga.inventory.level-pause", levelPause, Duration.ofMillis(50), Duration.ofMinutes(1));
        Bounds.check("saga.inventory.level-refresh", levelRefresh, levelPause, Duration.ofMinutes(10));
        Bounds.check("saga.inventory.low-stock", lowStock, 0, 1_000_000_000_000L);
    }

    LevelPace pace() {
        return new LevelPace(levelPause, levelRefresh, lowStock);
    }
}
