package dev.saga.delivery.http;

import dev.saga.delivery.inbox.DeadLetterDesk;
import dev.saga.delivery.inbox.DeadLetterDesk.Held;
import dev.saga.delivery.inbox.DeadLetters.Filter;
import dev.saga.event.TransactionId;
import dev.saga.web.problem.Problem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Replays the dead letters of all sagas of which at least one letter matches: saga by saga, each from its first letter, so
 * that its order is kept.
 */
final class BulkReplay {
    /** With the 25 s that its last saga may take, a request ends before a gateway's usual limit of 40 s. */
    private static final Duration LONGEST = Duration.ofSeconds(12);

    private static final int MOST_SAGAS = 200;
    private static final int LONGEST_REASON = 500;

    private static final DeadLetterDesk.Replay RESOLVED =
            new DeadLetterDesk.Replay(0, null, "its first letter was replayed or discarded in the meantime");

    private final DeadLetterDesk desk;

    BulkReplay(DeadLetterDesk desk) {
        this.desk = desk;
    }

    /**
     * @param dryRun true to get the list only; required, so that nobody replays by mistake
     * @param after leaves out sagas whose first letter has this id or a smaller one; default 0
     */
    record Request(
            @Nullable String transactionId,
            @Nullable String reason,
            @Nullable Boolean dryRun,
            @Nullable Long after) {}

    /**
     * A saga, or one letter that has no saga.
     *
     * @param firstId id of its first letter
     * @param letters number of letters that it had before
     * @param replayed number of letters that were handled and removed
     * @param stoppedAt id of the letter at which it stopped; null if all were replayed, and in a dry run
     * @param reason why it stopped, or why nothing was replayed
     */
    record Saga(
            @Nullable String transactionId,
            long firstId,
            long letters,
            int replayed,
            @Nullable Long stoppedAt,
            @Nullable String reason) {
        static Saga of(Held held, DeadLetterDesk.Replay done) {
            return new Saga(
                    held.saga() == null ? null : held.saga().text(),
                    held.first(),
                    held.letters(),
                    done.replayed(),
                    done.stoppedAt(),
                    done.reason());
        }
    }

    /**
     * The result.
     *
     * @param letters number of letters of these sagas
     * @param more true if further sagas match: more than 200, or time was up
     * @param next with {@code more}, the {@code after} of the request that continues; else null. Without it, a request
     *     starts at the oldest letter, which may be of a saga that failed
     */
    record Result(
            boolean dryRun,
            List<Saga> sagas,
            long letters,
            int replayed,
            boolean more,
            @Nullable Long next) {
        static Result of(boolean dryRun, List<Saga> sagas, boolean more) {
            return new Result(
                    dryRun,
                    sagas,
                    sagas.stream().mapToLong(Saga::letters).sum(),
                    sagas.stream().mapToInt(Saga::replayed).sum(),
                    more,
                    more ? sagas.getLast().firstId() : null);
        }
    }

    /** Checks and returns a filter; empty parameters select all. */
    static Filter filter(@Nullable String transactionId, @Nullable String reason) {
        if (reason != null && (reason.isEmpty() || reason.length() > LONGEST_REASON)) {
            throw Problem.invalid("reason", "must have 1 to " + LONGEST_REASON + " characters");
        }
        return new Filter(transactionId == null ? null : TransactionId.of(transactionId), reason);
    }

    Mono<Result> run(Request request) {
        if (request.dryRun() == null) {
            throw Problem.invalid("dryRun", "must be true or false");
        }
        boolean dryRun = request.dryRun();
        long after = request.after() == null ? 0 : Math.max(0, request.after());
        return desk.held(filter(request.transactionId(), request.reason()), after, MOST_SAGAS + 1)
                .flatMap(found -> dryRun ? Mono.just(listed(found)) : replay(found));
    }

    private static Result listed(List<Held> found) {
        List<Saga> sagas = first(found).stream()
                .map(held -> Saga.of(held, new DeadLetterDesk.Replay(0, null, null)))
                .toList();
        return Result.of(true, sagas, found.size() > MOST_SAGAS);
    }

    private static List<Held> first(List<Held> found) {
        return found.subList(0, Math.min(found.size(), MOST_SAGAS));
    }

    private Mono<Result> replay(List<Held> found) {
        long end = System.nanoTime() + LONGEST.toNanos();
        return Flux.fromIterable(first(found))
                .takeWhile(held -> System.nanoTime() < end)
                .concatMap(
                        held -> desk.replay(held.first())
                                .defaultIfEmpty(RESOLVED)
                                .map(replay -> Saga.of(held, replay)),
                        1)
                .collectList()
                .map(done -> Result.of(false, done, done.size() < found.size()));
    }
}
