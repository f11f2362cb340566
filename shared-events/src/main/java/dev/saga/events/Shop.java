package dev.saga.events;

import dev.saga.event.Contract;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;

/** The contract of the shop: its topics, its event types and the JSON form of its values. */
public final class Shop {
    public static final Contract CONTRACT = Contract.of(ShopTopic.values(), ShopEventType.values())
            .withText(UserId.class, UserId::text, UserId::new)
            .withText(ProductId.class, ProductId::text, ProductId::new)
            .withText(PaymentToken.class, PaymentToken::text, PaymentToken::new)
            .withNumber(Money.class, Money::minor, Money::new)
            .withReason(CancelReason.class, CancelReason.OTHER)
            .withReason(InventoryEvent.RejectReason.class, InventoryEvent.RejectReason.OTHER)
            .withReason(PaymentEvent.FailReason.class, PaymentEvent.FailReason.OTHER);

    private Shop() {}
}
