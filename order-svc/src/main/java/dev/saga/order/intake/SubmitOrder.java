package dev.saga.order.intake;

import dev.saga.delivery.work.Batcher;
import dev.saga.delivery.work.OverCapacity;
import dev.saga.events.value.ProductId;
import java.util.Optional;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Takes submissions. A new order is refused before anything is stored if the known stock cannot cover it, or if there
 * is no room for it. The result of a known Idempotency-Key is returned in both cases.
 */
@Component
public final class SubmitOrder {
    private final KnownStock stock;
    private final Admission admission;
    private final Batcher<Submission, SubmissionResult> orders;
    private final Batcher<Submission, Optional<SubmissionResult>> keys;

    SubmitOrder(
            KnownStock stock,
            Admission admission,
            Batcher<Submission, SubmissionResult> orders,
            Batcher<Submission, Optional<SubmissionResult>> keys) {
        this.stock = stock;
        this.admission = admission;
        this.orders = orders;
        this.keys = keys;
    }

    /** Places an order. Fails with {@link OverCapacity} if there is no room for it; nothing is stored then. */
    public Mono<SubmissionResult> submit(Submission submission) {
        ProductId lacking = stock.lacking(submission.lines());
        return lacking == null
                ? admit(submission)
                : earlier(submission).defaultIfEmpty(new SubmissionResult.OutOfStock(lacking));
    }

    private Mono<SubmissionResult> admit(Submission submission) {
        return admission
                .admit(submission.userId(), orders.submit(submission))
                .onErrorResume(OverCapacity.class, full -> earlier(submission).switchIfEmpty(Mono.error(full)));
    }

    /** Returns the result of an earlier request with the same key; empty if there is none. */
    private Mono<SubmissionResult> earlier(Submission submission) {
        return submission.idempotencyKey() == null
                ? Mono.empty()
                : keys.submit(submission).flatMap(Mono::justOrEmpty);
    }
}
