package dev.saga.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.lab.chaos.Strikes.Strike;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StrikesTest {
    private static final Set<Fault> ALL = EnumSet.allOf(Fault.class);

    @Test
    void theSameSeedGivesTheSameSeriesAndAnotherSeedAnother() {
        assertThat(series(7)).isEqualTo(series(7)).isNotEqualTo(series(8));
    }

    @Test
    void eachRoundHasEveryFaultOnce() {
        List<Strike> two = series(3);
        assertThat(two.subList(0, ALL.size())).map(Strike::fault).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(two.subList(ALL.size(), two.size())).map(Strike::fault).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void aLongFreezeLastsOneToThreeMinutes() {
        assertThat(IntStream.range(0, 1_000).mapToObj(Fault::minutes))
                .allSatisfy(length -> assertThat(length).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(3)))
                .contains(Duration.ofMinutes(1), Duration.ofMinutes(3));
    }

    private static List<Strike> series(long seed) {
        var strikes = new Strikes(seed, ALL);
        return Stream.generate(strikes::next).limit(2L * ALL.size()).toList();
    }
}
