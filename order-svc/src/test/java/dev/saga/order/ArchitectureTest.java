package dev.saga.order;

import dev.saga.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void keepsItsShape() {
        ArchitectureRules.check("dev.saga.order");
    }
}
