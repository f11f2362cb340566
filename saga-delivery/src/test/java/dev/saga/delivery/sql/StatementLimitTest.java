package dev.saga.delivery.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementLimitTest {
    private static final int MIB = 1 << 20;
    private static final int MOST = 2;
    private final StatementLimit limit = new StatementLimit();

    private static byte[] filled(int length, char with) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    @Test
    void acceptsOneMebibyteUntilTheServerReportsMore() {
        assertThatThrownBy(() -> limit.check("?", List.of(filled(MIB, 'x')), MOST))
                .isInstanceOf(StatementTooLarge.class);
        limit.packet(16L * MIB);
        assertThatCode(() -> limit.check("?", List.of(filled(MIB, 'x')), MOST)).doesNotThrowAnyException();
    }

    @Test
    void countsQuotesTwice() {
        assertThatCode(() -> limit.check("?", List.of(filled(900_000, 'x')), MOST))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> limit.check("?", List.of(filled(900_000, '\'')), MOST))
                .isInstanceOf(StatementTooLarge.class);
        assertThat(StatementLimit.quoted(filled(10, '\''))).isEqualTo(20);
    }

    @Test
    void refusesMoreParametersThanTheDatabaseCounts() {
        assertThatCode(() -> limit.check("?,?", List.of(1, 2), MOST)).doesNotThrowAnyException();
        assertThatThrownBy(() -> limit.check("?,?,?", List.of(1, 2, 3), MOST))
                .isInstanceOf(StatementTooLarge.class)
                .hasMessageContaining("3 parameters");
    }
}
