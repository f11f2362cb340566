package dev.saga.lab.cli;

import dev.saga.events.ShopEventType;

/** The meaning of an event, for readers who see a saga for the first time. */
final class Meaning {
    private Meaning() {}

    static String of(String type) {
        return switch (ShopEventType.valueOf(type)) {
            case ORDER_CREATED -> "order stored; stock is requested";
            case INVENTORY_RESERVED -> "stock held; payment is requested";
            case PAYMENT_COMPLETED -> "the money was taken";
            case ORDER_CONFIRMED -> "reserved and paid: the saga ends";
            case INVENTORY_REJECTED -> "nothing was held";
            case PAYMENT_FAILED -> "no money was taken";
            case ORDER_CANCEL -> "all services undo their part";
            case INVENTORY_RELEASED -> "the stock is back";
            case PAYMENT_VOIDED -> "no money is taken, now or later";
            case PAYMENT_REFUNDED -> "the money went back";
            case ORDER_CANCELLED -> "everything is undone";
        };
    }
}
