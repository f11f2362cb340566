package dev.saga.delivery.inbox;

import dev.saga.delivery.inbox.LetterQueries.LetterEffect;
import dev.saga.delivery.log.EventLog.Recorded;
import dev.saga.delivery.sql.Transactions;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Decides which records of a batch are handled and which are parked. Dead letters are rare, so a transaction does not
 * query them while none are known. The statement that records the events also returns if there are any:
 *
 * <pre>
 *    remembered from earlier batches       the statement returns    the transaction
 * 1  no letters; all records readable      no letters               goes on
 * 2  no letters; all records readable      letters                  rolls back, and starts again as in row 4
 * 3  no letters; all records readable      nothing, as none is new  queries if there are letters, then as row 1 or 2
 * 4  letters, or a record is unreadable    (not used)               first queries if there are letters, and if so,
 *                                                                   those that concern the batch
 * </pre>
 */
final class LetterCheck {
    private final DeadLetters deadLetters;
    private final Transactions transactions;
    private volatile boolean lettersExist;

    LetterCheck(DeadLetters deadLetters, Transactions transactions) {
        this.deadLetters = deadLetters;
        this.transactions = transactions;
    }

    /** Signals that a transaction assumed that there were no dead letters, but there are some. */
    private static final class LettersExist extends RuntimeException {
        LettersExist() {
            super("there are dead letters", null, false, false);
        }
    }

    /**
     * Runs a transaction for a batch.
     *
     * @param work handles and parks the records; it must call {@link #confirm} once it has recorded the events, and
     *     before it has any effect that depends on their triage
     */
    Mono<Handled> transaction(List<Arrival> batch, Function<Triage, Mono<Handled>> work) {
        return Mono.defer(() -> triage(batch))
                .flatMap(work)
                .as(transactions::transactional)
                .onErrorResume(LettersExist.class, assumedWrongly -> Mono.defer(() -> transaction(batch, work)));
    }

    private Mono<Triage> triage(List<Arrival> batch) {
        boolean readable = batch.stream().allMatch(arrival -> arrival.event() != null);
        if (readable && !lettersExist) {
            return Mono.just(Triage.of(batch, LetterEffect.ASSUMED));
        }
        return deadLetters
                .exist()
                .doOnNext(any -> lettersExist = any)
                .flatMap(any -> any ? deadLetters.effectOn(batch) : Mono.just(LetterEffect.NONE))
                .map(effect -> Triage.of(batch, effect));
    }

    /** Fails if the triage assumed that there are no dead letters, but there are some. */
    Mono<Void> confirm(Triage triage, Recorded recorded) {
        if (!triage.assumed()) {
            return Mono.empty();
        }
        Mono<Boolean> exist = recorded.fresh().isEmpty() ? deadLetters.exist() : Mono.just(recorded.lettersExist());
        return exist.filter(any -> any).flatMap(any -> {
            lettersExist = true;
            return Mono.error(new LettersExist());
        });
    }
}
