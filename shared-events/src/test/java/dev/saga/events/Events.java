package dev.saga.events;

import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One event of each type, for tests. */
public final class Events {
    public static final TransactionId SAGA = TransactionId.of("0199c8a0-0000-7000-8000-000000000001");
    public static final UserId ANN = new UserId("ann");
    public static final ProductId BOOK = new ProductId("CATALOG-002");

    private Events() {}

    public static List<SagaEvent> all(TransactionId id) {
        Line asked = new Line(BOOK, 10, null);
        Line priced = new Line(BOOK, 10, new Money(1500));
        return List.of(
                new OrderEvent.Created(id, ANN, List.of(asked), new PaymentToken("tok_approve")),
                new OrderEvent.Cancel(id, CancelReason.PAYMENT_DECLINED),
                new OrderEvent.Confirmed(id, ANN, new Money(15_000)),
                new OrderEvent.Cancelled(id, ANN, CancelReason.TIMED_OUT),
                new InventoryEvent.Reserved(id, ANN, List.of(priced), new Money(15_000), null),
                new InventoryEvent.Rejected(id, InventoryEvent.RejectReason.OUT_OF_STOCK, BOOK),
                new InventoryEvent.Released(id, List.of(priced)),
                new PaymentEvent.Completed(id, "pay-1", new Money(15_000)),
                new PaymentEvent.Failed(id, PaymentEvent.FailReason.DECLINED, "the card was declined"),
                new PaymentEvent.Voided(id),
                new PaymentEvent.Refunded(id, "pay-1", new Money(15_000)));
    }

    /** Returns the types of the events for which a service's decision does not fail because it does not consume them. */
    public static Set<EventType> decidedBy(Consumer<Envelope> decide) {
        return all(SAGA).stream()
                .filter(event -> {
                    try {
                        decide.accept(new Envelope(UUID.randomUUID(), "/test", Instant.EPOCH, null, null, event));
                        return true;
                    } catch (IllegalStateException refused) {
                        return !String.valueOf(refused.getMessage()).contains("does not consume");
                    }
                })
                .map(SagaEvent::type)
                .collect(Collectors.toSet());
    }

    /** Returns one response to ORDER_CANCEL from each participant that responds to it, as if it had done nothing. */
    public static List<ShopEvent> undone(TransactionId id) {
        return List.of(new InventoryEvent.Released(id, List.of()), new PaymentEvent.Voided(id));
    }

    /** Returns the responses of {@link #undone} except this participant's. */
    public static List<ShopEvent> undoneExceptBy(Participant participant, TransactionId id) {
        return undone(id).stream()
                .filter(event -> publisher(event) != participant)
                .toList();
    }

    /** Returns the service that publishes an event. */
    public static Participant publisher(ShopEvent event) {
        return Participant.valueOf(event.type().topic().name());
    }

    public static TransactionId newSaga() {
        return new TransactionId(UUID.randomUUID());
    }

    public static OrderEvent.Created created(TransactionId id) {
        return created(id, 1);
    }

    public static OrderEvent.Created created(TransactionId id, int qty) {
        return new OrderEvent.Created(id, ANN, List.of(new Line(BOOK, qty, null)), null);
    }
}
