package dev.saga.delivery.inbox;

import dev.saga.delivery.audit.Audit;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.work.Detached;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.event.TransactionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** The operations on dead letters for operators. Every change is logged, and is in the audit. */
public final class DeadLetterDesk {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterDesk.class);
    private static final Duration LONGEST = Duration.ofSeconds(25);
    private static final int BATCH = 100;
    private static final String REPLAY = "dead-letter.replay";

    /** A dead letter as it is returned to operators. */
    public record View(
            long id,
            @Nullable TransactionId transactionId,
            String topic,
            int partition,
            long offset,
            String reason,
            String payload,
            long payloadBytes,
            Instant time) {}

    /**
     * The result of a replay.
     *
     * @param replayed number of letters that were handled and removed
     * @param stoppedAt id of the letter at which the replay stopped, because it failed again or the time limit was
     *     reached; null if all were replayed
     * @param reason why the replay stopped; null if all were replayed
     */
    public record Replay(
            int replayed,
            @Nullable Long stoppedAt,
            @Nullable String reason) {}

    /**
     * The unresolved letters of one saga, or one letter that has no saga.
     *
     * @param first id of the first one
     * @param letters their number
     */
    public record Held(long first, @Nullable TransactionId saga, long letters) {}

    private final DeadLetters letters;
    private final Inbox<?> inbox;
    private final EventCodec codec;
    private final Audit audit;
    private final Transactions transactions;

    public DeadLetterDesk(
            DeadLetters letters, Inbox<?> inbox, EventCodec codec, Audit audit, Transactions transactions) {
        this.letters = letters;
        this.inbox = inbox;
        this.codec = codec;
        this.audit = audit;
        this.transactions = transactions;
    }

    /**
     * Returns up to {@code limit} matching letters with ids above {@code after}, oldest first, with the first 16 KiB of
     * their payloads.
     */
    public Mono<List<View>> list(DeadLetters.Filter filter, long after, int limit) {
        return letters.list(filter, after, limit).map(DeadLetterDesk::view).collectList();
    }

    /**
     * Returns up to {@code limit} sagas that have matching letters and whose first letter has an id above {@code
     * after}, in the order of their first letters.
     */
    public Mono<List<Held>> held(DeadLetters.Filter filter, long after, int limit) {
        return letters.held(filter, after, limit).collectList();
    }

    private static View view(DeadLetter letter) {
        return new View(
                letter.id(),
                letter.transactionId(),
                letter.topic(),
                letter.partition(),
                letter.offset(),
                letter.reason(),
                letter.readablePayload(),
                letter.payloadBytes(),
                letter.time());
    }

    /**
     * Replays this letter and, in order, all later letters of its saga, up to 100 per transaction. Letters that are
     * parked in the meantime come last and are replayed too. Stops at the first letter that fails again, and after 25
     * s. Continues even if the caller disconnects. Empty if there is no such letter.
     */
    public Mono<Replay> replay(long id) {
        return Detached.run(letters.find(id)
                .flatMap(letter -> replayFrom(letter, System.nanoTime() + LONGEST.toNanos()))
                .doOnNext(replay -> LOG.info("dead letter replayed id={} {}", id, replay)));
    }

    /**
     * The progress of a replay.
     *
     * @param next letters of the next transaction, oldest first
     * @param alone if true, they are replayed one by one, because one of them fails
     */
    private record Step(
            int replayed,
            List<Long> next,
            boolean alone,
            @Nullable String failure) {
        boolean isLast() {
            return next.isEmpty() || failure != null;
        }

        Replay result() {
            return new Replay(replayed, next.isEmpty() ? null : next.getFirst(), failure);
        }
    }

    private Mono<Replay> replayFrom(DeadLetter first, long end) {
        TransactionId saga = first.transactionId();
        return Mono.just(new Step(0, List.of(first.id()), true, null))
                .expand(step -> step.isLast() ? Mono.empty() : next(step, saga, end))
                .last()
                .map(Step::result);
    }

    private Mono<Step> next(Step step, @Nullable TransactionId saga, long end) {
        if (System.nanoTime() > end) {
            return Mono.just(new Step(step.replayed, step.next, true, "time is up; replay from here to go on"));
        }
        List<Long> now = step.alone ? step.next.subList(0, 1) : step.next;
        return inbox.replay(now, codec, done -> audit.add(REPLAY, names(saga, now), "replayed " + done))
                .flatMap(done -> idsAfter(saga, now.getLast())
                        .map(next -> new Step(step.replayed + done, next, step.alone && step.replayed > 0, null)))
                .onErrorResume(
                        failure -> !FailurePolicy.isTransient(failure),
                        failure -> failed(step, saga, now, String.valueOf(failure.getMessage())));
    }

    /** Replays the same letters one by one, or ends if it was one. The failed transaction is not in the audit otherwise. */
    private Mono<Step> failed(Step step, @Nullable TransactionId saga, List<Long> now, String why) {
        return now.size() > 1
                ? Mono.just(new Step(step.replayed, step.next, true, null))
                : audit.add(REPLAY, names(saga, now), "failed: " + why)
                        .as(transactions::retrying)
                        .thenReturn(new Step(step.replayed, step.next, true, why));
    }

    private static String names(@Nullable TransactionId saga, List<Long> ids) {
        String range = ids.size() == 1 ? ids.getFirst().toString() : ids.getFirst() + " to " + ids.getLast();
        return saga == null ? range : range + " of " + saga;
    }

    private Mono<List<Long>> idsAfter(@Nullable TransactionId saga, long id) {
        return saga == null ? Mono.just(List.of()) : letters.idsAfter(saga, id, BATCH);
    }

    /** Discards this letter permanently; false if there is no such letter. */
    public Mono<Boolean> discard(long id) {
        return Detached.run(letters.resolve(List.of(id))
                .map(resolved -> resolved > 0)
                .delayUntil(
                        gone -> gone ? audit.add("dead-letter.discard", String.valueOf(id), "discarded") : Mono.empty())
                .as(transactions::retrying)
                .doOnNext(gone -> LOG.info("dead letter discarded id={} found={}", id, gone)));
    }
}
