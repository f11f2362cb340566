package dev.saga.delivery.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    @Test
    void writesALinePerSecondWithTheNumberLeftOut() {
        var limit = new LogLimit();
        List<Long> lines = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            limit.log(lines::add);
        }
        assertThat(lines).first().isEqualTo(0L);
        assertThat(lines).hasSizeLessThan(5);
        int before = lines.size();
        await().until(() -> {
            limit.log(lines::add);
            return lines.size() > before;
        });
        assertThat(lines.stream().mapToLong(leftOut -> leftOut + 1).sum())
                .as("nothing is left out of the count")
                .isGreaterThanOrEqualTo(1_001);
    }
}
