package dev.saga.delivery.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WellFormedTest {
    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "\uD83D\uDE00 whole, \uD83D\uDE00 whole",
        "half \uD83D, half \uFFFD",
        "\uDE00\uD83D, \uFFFD\uFFFD"
    })
    void replacesHalfSurrogatesAlone(String text, String sound) {
        assertThat(WellFormed.of(text)).isEqualTo(sound);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(WellFormed.of(text)))
                .isTrue();
    }
}
