package dev.saga.delivery.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.delivery.sql.Permits.Permit;
import dev.saga.delivery.work.OverCapacity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class PermitsTest {
    private final Permits permits = new Permits("permits", 2, 2, Duration.ofSeconds(5));

    private Permit taken() {
        return permits.acquire().block(Duration.ofSeconds(1));
    }

    @Test
    void grantsPermitsInOrderOfArrival() {
        Permit first = taken();
        taken();
        List<String> got = new ArrayList<>();
        permits.acquire().subscribe(permit -> got.add("third"));
        permits.acquire().subscribe(permit -> got.add("fourth"));
        assertThat(got).isEmpty();
        first.giveBack();
        first.giveBack();
        assertThat(got).containsExactly("third");
    }

    @Test
    void refusesAtOnceIfTooManyWait() {
        taken();
        taken();
        permits.acquire().subscribe();
        permits.acquire().subscribe();
        assertThatThrownBy(() -> permits.acquire().block(Duration.ofSeconds(1))).isInstanceOf(OverCapacity.class);
    }

    @Test
    void refusesACallerThatHasWaitedForTooLong() {
        var impatient = new Permits("permits", 1, 2, Duration.ofMillis(50));
        Permit only = impatient.acquire().block(Duration.ofSeconds(1));
        assertThatThrownBy(() -> impatient.acquire().block(Duration.ofSeconds(5)))
                .isInstanceOf(OverCapacity.class);
        only.giveBack();
        assertThat(impatient.acquire().block(Duration.ofSeconds(1))).isNotNull();
    }

    @Test
    void aCallerThatGoesAwayLeavesItsPlaceToTheNext() {
        Permit first = taken();
        taken();
        List<String> got = new ArrayList<>();
        Disposable gone = permits.acquire().subscribe(permit -> got.add("third"));
        permits.acquire().subscribe(permit -> got.add("fourth"));
        gone.dispose();
        first.giveBack();
        assertThat(got).containsExactly("fourth");
    }
}
