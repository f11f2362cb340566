package dev.saga.web;

import dev.saga.web.problem.Problem;

/** Checks of page sizes. */
public final class Limits {
    private Limits() {}

    /**
     * Returns {@code limit} if it is in range.
     *
     * @throws Problem 400 if {@code limit} is not 1 to {@code most}
     */
    public static int page(int limit, int most) {
        if (limit < 1 || limit > most) {
            throw Problem.invalid("limit", "must be 1 to " + most + " but is " + limit);
        }
        return limit;
    }
}
