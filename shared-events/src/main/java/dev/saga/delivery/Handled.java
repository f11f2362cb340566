package dev.saga.delivery;

import java.util.List;

/**
 * The outcome of handling a batch.
 *
 * @param said events to publish, in the order in which they were decided
 * @param onceCommitted run once after the commit; not after a crash between the two, nor when a commit in doubt turns
 *     out to have succeeded: whatever it starts must also be found by a sweep
 */
public record Handled(List<Said> said, Runnable onceCommitted) {
    public static Handled saying(List<Said> said) {
        return new Handled(said, () -> {});
    }
}
