package dev.saga.delivery;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * Decides the fate of a failure. Poison is what would fail the same way for ever because of what the record says: then
 * it is parked. Everything else is transient: the whole transaction runs again until it succeeds and nothing is
 * skipped. Transient are deadlocks (1213), lock waits (1205), changed records (1020), lost connections, and a duplicate
 * key (1062): another instance wrote the fence first, and the next attempt reads it.
 */
public final class FailurePolicy {
    private static final Logger LOG = LoggerFactory.getLogger(FailurePolicy.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** A deadlock or two is daily life; what lasts longer is for people. */
    private static final int QUIET_RETRIES = 2;

    /** Out of range (1264), wrong value (1366), too long (1406), check failed (3819, 4025): the data, not the moment. */
    private static final Set<Integer> DATA_ERRORS = Set.of(1264, 1366, 1406, 3819, 4025);

    private FailurePolicy() {}

    /** Whether the same work can succeed later. */
    public static boolean isTransient(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof R2dbcException database) {
                return !DATA_ERRORS.contains(database.getErrorCode());
            }
        }
        return !isAboutTheRecord(failure);
    }

    /** Whether it was the service's own database that failed, and not what it was working on. */
    public static boolean isOfTheDatabase(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof R2dbcException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAboutTheRecord(Throwable failure) {
        return failure instanceof ContractViolation
                || failure instanceof PoisonException
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException
                || failure instanceof ArithmeticException
                || failure instanceof NullPointerException;
    }

    private static void log(Retry.RetrySignal retry) {
        if (retry.totalRetries() >= QUIET_RETRIES) {
            LOG.warn(
                    "transaction fails and is tried again attempt={} reason=\"{}\"",
                    retry.totalRetries() + 2,
                    retry.failure().toString());
        }
    }

    /** Retries what is transient, for ever, with pauses that grow from 20 ms to 5 s. */
    static RetryBackoffSpec whileTransient() {
        return Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .filter(FailurePolicy::isTransient)
                .doBeforeRetry(FailurePolicy::log);
    }

    /** Retries what is transient for a caller that waits: at most {@code times} more attempts. */
    public static RetryBackoffSpec whileTransient(int times) {
        return Retry.backoff(times, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .filter(FailurePolicy::isTransient)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure());
    }
}
