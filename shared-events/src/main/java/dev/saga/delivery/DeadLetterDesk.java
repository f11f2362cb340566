package dev.saga.delivery;

import dev.saga.events.TransactionId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** What an operator can do with dead letters; whatever changes them is logged. */
public final class DeadLetterDesk {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterDesk.class);

    /** A dead letter as an operator sees it. */
    public record View(
            long id,
            @Nullable TransactionId transactionId,
            String topic,
            int partition,
            long offset,
            String reason,
            String payload,
            Instant time) {}

    /**
     * How far a replay came.
     *
     * @param replayed letters that were handled and are gone
     * @param stoppedAt the first letter that failed again; null when none did
     * @param reason why it failed; null when none did
     */
    public record Replay(
            int replayed,
            @Nullable Long stoppedAt,
            @Nullable String reason) {}

    private final DeadLetters letters;
    private final Inbox<?> inbox;
    private final EventCodec codec;

    DeadLetterDesk(DeadLetters letters, Inbox<?> inbox, EventCodec codec) {
        this.letters = letters;
        this.inbox = inbox;
        this.codec = codec;
    }

    /** Up to {@code limit} letters with ids above {@code after}, oldest first, with the first 16 KiB of their payloads. */
    public Mono<List<View>> list(long after, int limit) {
        return letters.list(after, limit).map(DeadLetterDesk::view).collectList();
    }

    private static View view(DeadLetters.Letter letter) {
        return new View(
                letter.id(),
                letter.transactionId(),
                letter.topic(),
                letter.partition(),
                letter.offset(),
                letter.reason(),
                letter.readablePayload(),
                letter.time());
    }

    /** Feeds this letter and, in order, all later ones of its saga to the service; empty where there is no such letter. */
    public Mono<Replay> replay(long id) {
        return letters.find(id)
                .flatMap(letter -> replayed(letter, 0))
                .doOnNext(replay -> LOG.info("dead letter replayed id={} {}", id, replay));
    }

    /** One after the other: letters that are parked meanwhile come last, and are replayed too. */
    private Mono<Replay> replayed(DeadLetters.Letter letter, int before) {
        return inbox.replay(letter.id(), codec)
                .then(Mono.defer(() -> letters.after(letter)))
                .flatMap(next -> replayed(next, before + 1))
                .switchIfEmpty(Mono.fromSupplier(() -> new Replay(before + 1, null, null)))
                .onErrorResume(
                        e -> !FailurePolicy.isTransient(e),
                        failure -> Mono.just(new Replay(before, letter.id(), failure.getMessage())));
    }

    /** Removes this letter for good; false where there is no such letter. */
    public Mono<Boolean> discard(long id) {
        return letters.resolve(id).doOnNext(gone -> LOG.info("dead letter discarded id={} found={}", id, gone));
    }
}
