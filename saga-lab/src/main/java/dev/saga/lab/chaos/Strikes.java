package dev.saga.lab.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The faults of one run, drawn from a seed: the same seed and set of faults give the same series. Each round contains
 * every fault once, in random order.
 */
final class Strikes {
    private static final int LONGEST_REST_MILLIS = 4_000;

    /** The next fault, after a pause. */
    record Strike(Fault fault, int pick, Duration rest) {}

    private final Random random;
    private final List<Fault> faults;
    private final List<Fault> round = new ArrayList<>();

    Strikes(long seed, Set<Fault> faults) {
        this.random = new Random(seed);
        this.faults = faults.stream().sorted().toList();
    }

    Strike next() {
        if (round.isEmpty()) {
            round.addAll(faults);
            Collections.shuffle(round, random);
        }
        return new Strike(
                round.removeLast(),
                random.nextInt(1_000),
                Duration.ofMillis(1_000 + random.nextInt(LONGEST_REST_MILLIS)));
    }
}
