package dev.saga.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.delivery.inbox.Delivery;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateRecordTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "line\nbreak", "caf\u00e9"})
    void refusesAKeyThatTheOutboxCannotStore(String key) {
        assertThatThrownBy(() -> state(key, "{}")).hasMessageContaining("printable ASCII");
    }

    @Test
    void refusesAStateThatTheOutboxCannotStore() {
        assertThatThrownBy(() -> state("BUS-1", "{\n}")).hasMessageContaining("line break");
        assertThatThrownBy(() -> state("BUS-1", "x".repeat(256 * 1024 + 1))).hasMessageContaining("262145 bytes");
        assertThatCode(() -> state("BUS-1:x", "x".repeat(256 * 1024))).doesNotThrowAnyException();
    }

    private static StateRecord state(String key, String json) {
        return new StateRecord(Delivery.SEATS, key, json.getBytes(StandardCharsets.UTF_8));
    }
}
