package dev.saga.coupon;

import dev.saga.testing.ArchitectureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ArchitectureTest {
    @TestFactory
    Stream<DynamicTest> keepsItsShape() {
        return ArchitectureRules.tests("dev.saga.coupon");
    }
}
