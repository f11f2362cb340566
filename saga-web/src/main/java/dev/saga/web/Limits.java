package dev.saga.web;

import dev.saga.web.problem.Problem;

/** Bounds of pages. */
public final class Limits {
    private Limits() {}

    /** @throws Problem 400: {@code limit} is not 1 to {@code most} */
    public static int page(int limit, int most) {
        if (limit < 1 || limit > most) {
            throw Problem.invalid("limit", "must be 1 to " + most + " but is " + limit);
        }
        return limit;
    }
}
