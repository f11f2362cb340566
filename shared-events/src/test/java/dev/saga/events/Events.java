package dev.saga.events;

import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import java.util.List;
import java.util.UUID;

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
