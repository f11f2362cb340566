package dev.saga.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OrderPropertiesTest {
    @Test
    void refusesABoundBelowOneAtTheStart() {
        assertThatThrownBy(() -> Settings.of(0, Duration.ofDays(1)))
                .hasMessage("saga.order.under-way must be 1 to 1000000 but is 0");
    }

    @Test
    void refusesAUserShareOutOfRangeAtTheStart() {
        for (double share : new double[] {0, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> Settings.of(4, share)).hasMessageContaining("saga.order.user-share");
        }
    }

    @Test
    void givesAUserItsShareOfTheBoundAndAtLeastOne() {
        assertThat(Settings.of(4, 0.5).underWayOfUser()).isEqualTo(2);
        assertThat(Settings.of(1, 0.5).underWayOfUser()).isOne();
    }
}
