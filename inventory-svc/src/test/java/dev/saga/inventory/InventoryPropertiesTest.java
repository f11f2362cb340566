package dev.saga.inventory;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InventoryPropertiesTest {
    @Test
    void refusesAValueOutOfRangeAtTheStart() {
        assertThatCode(() -> of(250, 5_000, 100)).doesNotThrowAnyException();
        assertThatThrownBy(() -> of(49, 5_000, 100)).hasMessageContaining("saga.inventory.level-pause");
        assertThatThrownBy(() -> of(250, 249, 100)).hasMessageContaining("saga.inventory.level-refresh");
        assertThatThrownBy(() -> of(250, 5_000, -1)).hasMessageContaining("saga.inventory.low-stock");
    }

    private static InventoryProperties of(long pauseMillis, long refreshMillis, long low) {
        return new InventoryProperties(true, Duration.ofMillis(pauseMillis), Duration.ofMillis(refreshMillis), low);
    }
}
