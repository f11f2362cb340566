package dev.saga.web.settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.web.HttpProperties;
import dev.saga.web.security.token.IssuerProperties;
import dev.saga.web.stream.StreamProperties;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void acceptsBothBounds() {
        assertThatCode(() -> {
                    Bounds.check("some", 1, 1, 2);
                    Bounds.check("some", 2, 1, 2);
                    Bounds.check("some", MINUTE, MINUTE, MINUTE);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void namesThePropertyItsBoundsAndItsValue() {
        assertThatThrownBy(() -> Bounds.check("saga.some.number", 3, 1, 2))
                .hasMessage("saga.some.number must be 1 to 2 but is 3");
        assertThatThrownBy(() -> Bounds.check("saga.some.time", Duration.ZERO, MINUTE, Duration.ofHours(1)))
                .hasMessage("saga.some.time must be PT1M to PT1H but is PT0S");
    }

    @Test
    void everySettingsRecordRefusesAValueThatCanNeverBeMeant() {
        assertThatThrownBy(() -> new StreamProperties(10, 0, MINUTE))
                .hasMessageStartingWith("saga.streams.all must be");
        assertThatThrownBy(() -> new StreamProperties(10, 200, Duration.ZERO))
                .hasMessageStartingWith("saga.streams.lifetime must be");
        assertThatThrownBy(() -> new HttpProperties(List.of(), Duration.ZERO))
                .hasMessageStartingWith("saga.http.idle must be");
        assertThatThrownBy(() -> new IssuerProperties("", false, MINUTE, Duration.ofSeconds(1), MINUTE, MINUTE))
                .hasMessageStartingWith("saga.issuer.keep-keys must be");
    }
}
