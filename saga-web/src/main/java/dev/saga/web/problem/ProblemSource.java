package dev.saga.web.problem;

import org.jspecify.annotations.Nullable;

/** Says what a failure below HTTP means to a caller. */
@FunctionalInterface
public interface ProblemSource {
    /** The refusal that this failure comes to; null where the source does not know it. */
    @Nullable Problem of(Throwable failure);
}
