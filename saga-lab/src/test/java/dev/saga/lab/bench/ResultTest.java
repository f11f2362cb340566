package dev.saga.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTest {
    @Test
    void medianOfAClosedLoopIsByRate() {
        Result slow = result(0, 900, 20);
        Result middle = result(0, 1000, 30);
        Result fast = result(0, 1100, 10);
        assertThat(Result.median(List.of(fast, slow, middle))).isSameAs(middle);
    }

    @Test
    void medianOfAnOpenLoopIsByLatency() {
        Result quick = result(100, 100.1, 10);
        Result middle = result(100, 99.9, 20);
        Result slow = result(100, 100, 30);
        assertThat(Result.median(List.of(slow, quick, middle))).isSameAs(middle);
    }

    private static Result result(int offered, double rate, double sagaP50) {
        return new Result(
                offered, 20, rate, 1, sagaP50, sagaP50, sagaP50, Map.of(), Map.of(), Map.of(), 0, Map.of(), 0, 0,
                Map.of(), Map.of(), 0, 0, 0, 0, 0);
    }
}
