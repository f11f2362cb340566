package dev.saga.delivery.http;

import dev.saga.delivery.work.FailurePolicy;
import dev.saga.delivery.work.LogLimit;
import dev.saga.delivery.work.OverCapacity;
import dev.saga.web.problem.Problem;
import dev.saga.web.problem.ProblemSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps a full intake and an unavailable database to problem details. */
final class DeliveryProblems implements ProblemSource {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryProblems.class);

    @Override
    public @Nullable Problem of(Throwable failure) {
        if (failure instanceof OverCapacity) {
            return Problem.overCapacity();
        }
        if (FailurePolicy.isTransient(failure)) {
            LogLimit.FAILURES.log(
                    leftOut -> LOG.warn("request failed reason=\"{}\" lines_left_out={}", failure.toString(), leftOut));
            if (FailurePolicy.isReadOnly(failure)) {
                return Problem.busy("read-only", "The database is read-only at the moment; try again.");
            }
            return Problem.busy("unavailable", "The database does not respond; check if the request was stored.");
        }
        return null;
    }
}
