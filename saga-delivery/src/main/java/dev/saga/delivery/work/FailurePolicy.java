package dev.saga.delivery.work;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
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
 * (1213, 1205, 1020, 1062), lost connections, timeouts, a server that is full, read-only, shutting down or that
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

    private static final int LOCK_WAIT = 1205;
    private static final int DUPLICATE_KEY = 1062;

    /**
     * The maximum retries after a duplicate key. The second attempt sees the other transaction's row; a key that is
     * still taken after these retries is a fault in the code.
     */
    private static final int MOST_DUPLICATES = 10;

    private static final int PACKET_TOO_LARGE = 1153;

    /** Deadlock, lock wait timeout, changed record, duplicate key. */
    private static final Set<Integer> CONFLICTS = Set.of(1213, LOCK_WAIT, 1020, DUPLICATE_KEY);

    /** A server, an option or a transaction that is read-only: a primary that was demoted. */
    private static final Set<Integer> READ_ONLY = Set.of(1290, 1792, 1836);

    /**
     * Errors of connections, shutdown, killed or interrupted statements, network, disk and memory, and withdrawn
     * rights.
     */
    private static final Set<Integer> SERVER = Set.of(
            1040, 1203, 1226, 1053, 1077, 1079, 1152, 1184, 1927, 1317, 1969, 1158, 1159, 1160, 1161, 3, 1021, 1026,
            1030, 1114, 1037, 1038, 1041, 1180, 1206, 1412, 1044, 1045, 1142);

    private FailurePolicy() {}

    /** Returns true if the same work can succeed later without a change by a person. */
    public static boolean isTransient(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof R2dbcException database && isTransient(database)) {
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

    private static boolean isTransient(R2dbcException failure) {
        int code = failure.getErrorCode();
        String state = failure.getSqlState() == null ? "" : failure.getSqlState();
        if (code == PACKET_TOO_LARGE) {
            return false;
        }
        if (CONFLICTS.contains(code) || READ_ONLY.contains(code) || SERVER.contains(code) || state.startsWith("08")) {
            return true;
        }
        return code == 0
                && (failure instanceof R2dbcTransientException
                        || failure instanceof R2dbcNonTransientResourceException);
    }

    /** Returns true if the service's own database failed. */
    public static boolean isOfTheDatabase(Throwable failure) {
        return database(failure) != null;
    }

    /** Returns true if the database responds but no longer accepts writes. */
    public static boolean isReadOnly(Throwable failure) {
        R2dbcException database = database(failure);
        return database != null && READ_ONLY.contains(database.getErrorCode());
    }

    private static @Nullable R2dbcException database(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof R2dbcException database) {
                return database;
            }
        }
        return null;
    }

    private static boolean isCode(Throwable failure, int code) {
        R2dbcException database = database(failure);
        return database != null && database.getErrorCode() == code;
    }

    /**
     * Returns true if a part of the batch can succeed although the whole batch fails: after a fault, and after a lock
     * wait.
     */
    public static boolean isWorthHalving(Throwable failure) {
        return !isTransient(failure) || isCode(failure, LOCK_WAIT);
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
        if (isCode(signal.failure(), LOCK_WAIT)) {
            return records == 1 || signal.totalRetries() < 1;
        }
        return !isCode(signal.failure(), DUPLICATE_KEY) || signal.totalRetries() < MOST_DUPLICATES;
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
