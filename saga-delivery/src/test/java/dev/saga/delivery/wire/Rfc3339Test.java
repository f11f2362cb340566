package dev.saga.delivery.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {

    /** Covers the texts that {@code Instant} writes from the year 0001 to 9999, with and without a fraction. */
    @Test
    void readsBackWhatOurServicesWrite() {
        new Random(7).longs(20_000, -62_135_596_800_000L, 253_402_300_800_000L).forEach(millis -> {
            Instant time = Instant.ofEpochMilli(millis);
            assertThat(Rfc3339.parse(time.toString())).isEqualTo(time);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-21T02:03:04Z",
                "2026-11-21T02:03:04.5Z",
                "2026-11-21T02:03:04.567891234Z",
                "2026-11-21T02:03:04.567+09:00"
            })
    void readsTimesInOtherForms(String text) {
        assertThat(Rfc3339.parse(text)).isEqualTo(OffsetDateTime.parse(text).toInstant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-13-21T02:03:04.567Z", "2026-02-30T02:03:04.567Z", "2026-11-21T24:03:04.567Z",
                        "2026-11-21 02:03:04.567Z",
                "2026-11-21T02:03:04.567z ", "2026/11/21T02:03:04.567Z", "", "yesterday",
                "+999999999-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "2026-11-21T02:03:61Z"
            })
    void refusesTextsThatAreNotTimes(String text) {
        assertThatThrownBy(() -> Rfc3339.parse(text)).isInstanceOf(DateTimeException.class);
    }

    @Test
    void isExactToTheMillisecond() {
        assertThat(Rfc3339.parse("2026-11-21T02:03:04.567Z")).isEqualTo(Instant.ofEpochSecond(1795226584, 567_000_000));
    }

    @ParameterizedTest
    @CsvSource({
        "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
        "2016-12-31T23:59:60.25+01:00, 2016-12-31T23:00:00.25Z",
        "2026-11-21T02:03:04.123456789012Z, 2026-11-21T02:03:04.123456789Z",
        "2026-11-21t02:03:04z, 2026-11-21T02:03:04Z"
    })
    void readsLeapSecondsAnyNumberOfDecimalsAndSmallLetters(String text, Instant time) {
        assertThat(Rfc3339.parse(text)).isEqualTo(time);
    }
}
