package dev.saga.lab.bench;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts of orders since the start, and latencies since they were last taken. */
final class Tally {
    private static final int DIGITS = 3;

    final LongAdder accepted = new LongAdder();
    final LongAdder confirmed = new LongAdder();
    final LongAdder cancelled = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder failed = new LongAdder();

    private final Recorder posts = new Recorder(DIGITS);
    private final Recorder refusals = new Recorder(DIGITS);
    private final Recorder sagas = new Recorder(DIGITS);

    /**
     * Counts and latencies of a period; latencies in µs.
     *
     * @param failed requests without a response, or with a status other than 201 and 503
     */
    record Stretch(
            long accepted,
            long confirmed,
            long cancelled,
            long refused,
            long failed,
            Histogram posts,
            Histogram refusals,
            Histogram sagas) {
        long finals() {
            return confirmed + cancelled;
        }
    }

    void accepted(long nanos) {
        accepted.increment();
        posts.recordValue(nanos / 1000);
    }

    void refused(long nanos) {
        refused.increment();
        refusals.recordValue(nanos / 1000);
    }

    void finished(boolean isConfirmed, long nanos) {
        (isConfirmed ? confirmed : cancelled).increment();
        sagas.recordValue(nanos / 1000);
    }

    long finals() {
        return confirmed.sum() + cancelled.sum();
    }

    long underWay() {
        return accepted.sum() - finals();
    }

    /** Returns the counts since the start and the latencies since the last call. */
    Stretch take() {
        return new Stretch(
                accepted.sum(),
                confirmed.sum(),
                cancelled.sum(),
                refused.sum(),
                failed.sum(),
                posts.getIntervalHistogram(),
                refusals.getIntervalHistogram(),
                sagas.getIntervalHistogram());
    }

    /** Returns the counts and latencies between two takes. */
    static Stretch between(Stretch before, Stretch after) {
        return new Stretch(
                after.accepted - before.accepted,
                after.confirmed - before.confirmed,
                after.cancelled - before.cancelled,
                after.refused - before.refused,
                after.failed - before.failed,
                after.posts,
                after.refusals,
                after.sagas);
    }
}
