package dev.saga.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NudgeBudgetTest {
    private final AtomicLong nanos = new AtomicLong();
    private final NudgeBudget budget = new NudgeBudget(2, nanos::get);

    private long taken(int wanted) {
        return IntStream.range(0, wanted).filter(i -> budget.take()).count();
    }

    @Test
    void allows25SecondsWorthAtOnceAndThenTheRatePerSecond() {
        assertThat(taken(1_000)).isEqualTo(50);
        nanos.addAndGet(3_000_000_000L);
        assertThat(taken(1_000)).isEqualTo(6);
    }

    @Test
    void savesNoMoreThan25SecondsWorthWhileNoNudgeIsTaken() {
        nanos.addAndGet(3_600_000_000_000L);
        assertThat(taken(1_000)).isEqualTo(50);
    }
}
