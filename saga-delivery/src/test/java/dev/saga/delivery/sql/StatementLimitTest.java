package dev.saga.delivery.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementLimitTest {
    private static final int MIB = 1 << 20;
    private final StatementLimit limit = new StatementLimit();

    private static byte[] filled(int length, char with) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    @Test
    void acceptsOneMebibyteUntilTheServerReportsMore() {
        assertThatThrownBy(() -> limit.check("?", List.of(filled(MIB, 'x')))).isInstanceOf(StatementTooLarge.class);
        limit.packet(16L * MIB);
        assertThatCode(() -> limit.check("?", List.of(filled(MIB, 'x')))).doesNotThrowAnyException();
    }

    @Test
    void countsQuotesTwice() {
        assertThatCode(() -> limit.check("?", List.of(filled(900_000, 'x')))).doesNotThrowAnyException();
        assertThatThrownBy(() -> limit.check("?", List.of(filled(900_000, '\''))))
                .isInstanceOf(StatementTooLarge.class);
        assertThat(StatementLimit.quoted(filled(10, '\''))).isEqualTo(20);
    }
}
