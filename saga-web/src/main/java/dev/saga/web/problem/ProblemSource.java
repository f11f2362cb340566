package dev.saga.web.problem;

import org.jspecify.annotations.Nullable;

/** Translates a failure below the HTTP layer into a response. */
@FunctionalInterface
public interface ProblemSource {
    /** Returns the problem for this failure, or null if this source does not know it. */
    @Nullable Problem of(Throwable failure);
}
