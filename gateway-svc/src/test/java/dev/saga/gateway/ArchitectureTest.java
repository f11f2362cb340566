package dev.saga.gateway;

import dev.saga.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void keepsItsShape() {
        ArchitectureRules.check("dev.saga.gateway");
    }
}
