package dev.saga.delivery.work;

import dev.saga.delivery.sql.dialect.DatabaseFault;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Decides if a failure is transient or a fault. The transient failures are a list: conflicts with another transaction
 * (see {@link DatabaseFault}), lost connections, timeouts, a server that is full, read-only, shutting down or that
 * withdrew a right, and Kafka's retriable errors. After a transient failure the same transaction runs again. Everything
 * else is a fault: its record is parked, and a caller receives 500.
 */
public final class FailurePolicy {
    private static final Logger LOG = LoggerFactory.getLogger(FailurePolicy.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_OF_CALLERS = Duration.ofSeconds(15);
    private static final int LAST_DOUBLING = 8;

    /** The number of retries that are not logged: one or two deadlocks are normal. */
    private static final int QUIET_RETRIES = 2;

    /**
     * The maximum retries after a duplicate key. The second attempt sees the other transaction's row; a key that is
     * still taken after these retries is a fault in the code.
     */
    private static final int MOST_DUPLICATES = 10;

    private FailurePolicy() {}

    /** Returns true if the same work can succeed later without a change by a person. */
    public static boolean isTransient(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof R2dbcException database
                    && DatabaseFault.of(database).isTransient()) {
                return true;
            }
            if (cause instanceof TimeoutException
                    || cause instanceof IOException
                    || cause instanceof RetriableException) {
                return true;
            }
        }
        return false;
    }

    /** Returns true if the service's own database failed. */
    public static boolean isOfTheDatabase(Throwable failure) {
        return database(failure) != null;
    }

    /** Returns true if the database responds but no longer accepts writes. */
    public static boolean isReadOnly(Throwable failure) {
        return isFault(failure, DatabaseFault.READ_ONLY);
    }

    private static @Nullable R2dbcException database(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof R2dbcException database) {
                return database;
            }
        }
        return null;
    }

    private static boolean isFault(Throwable failure, DatabaseFault fault) {
        R2dbcException database = database(failure);
        return database != null && DatabaseFault.of(database) == fault;
    }

    /**
     * Returns true if a part of the batch can succeed although the whole batch fails: after a fault, and after a lock
     * wait.
     */
    public static boolean isWorthHalving(Throwable failure) {
        return !isTransient(failure) || isFault(failure, DatabaseFault.LOCK_WAIT);
    }

    private static void log(Retry.RetrySignal retry) {
        if (retry.totalRetries() >= QUIET_RETRIES) {
            LogLimit.FAILURES.log(leftOut -> LOG.warn(
                    "transaction fails and is tried again attempt={} reason=\"{}\" lines_left_out={}",
                    retry.totalRetries() + 2,
                    retry.failure().toString(),
                    leftOut));
        }
    }

    /**
     * Retries the transaction of a batch while it fails for a transient reason, without limit, with pauses that grow
     * from 20 ms to 5 s. Two exceptions: a lock wait of a batch that can be halved is retried once, a duplicate key ten
     * times.
     *
     * @param before runs before each retry
     */
    public static Retry whileTransient(int records, Consumer<Retry.RetrySignal> before) {
        return Retry.from(signals -> signals.concatMap(signal -> {
            if (!isRetried(signal, records)) {
                return Mono.error(signal.failure());
            }
            log(signal);
            before.accept(signal);
            return Mono.delay(pause(signal.totalRetries()));
        }));
    }

    private static boolean isRetried(Retry.RetrySignal signal, int records) {
        if (!isTransient(signal.failure())) {
            return false;
        }
        if (isFault(signal.failure(), DatabaseFault.LOCK_WAIT)) {
            return records == 1 || signal.totalRetries() < 1;
        }
        return !isFault(signal.failure(), DatabaseFault.DUPLICATE_KEY) || signal.totalRetries() < MOST_DUPLICATES;
    }

    /** Half of the pause is random, so that transactions in conflict do not retry at the same moment. */
    private static Duration pause(long retries) {
        long longest = FIRST_PAUSE.toMillis() << Math.min(retries, LAST_DOUBLING);
        long millis = Math.min(longest, LONGEST_PAUSE.toMillis());
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }

    /**
     * Retries transient failures for a caller that waits: at most {@code times} more attempts, with pauses that grow
     * from 20 ms to 5 s. A failure that occurs more than 15 s after the first attempt began is not retried.
     */
    public static Retry whileTransient(int times) {
        return Retry.from(signals -> {
            long end = System.nanoTime() + LONGEST_OF_CALLERS.toNanos();
            return signals.concatMap(
                    signal -> isTransient(signal.failure()) && signal.totalRetries() < times && System.nanoTime() < end
                            ? Mono.delay(pause(signal.totalRetries()))
                            : Mono.error(signal.failure()));
        });
    }
}
