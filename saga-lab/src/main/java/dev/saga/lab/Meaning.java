package dev.saga.lab;

import dev.saga.events.ShopEventType;

/** What an event means, for somebody who sees a saga for the first time. */
final class Meaning {
    private Meaning() {}

    static String of(String type) {
        return switch (ShopEventType.valueOf(type)) {
            case ORDER_CREATED -> "the order is stored; stock, please";
            case INVENTORY_RESERVED -> "the stock is held; payment, please";
            case PAYMENT_COMPLETED -> "the money was taken";
            case ORDER_CONFIRMED -> "reserved and paid: done";
            case INVENTORY_REJECTED -> "nothing was held";
            case PAYMENT_FAILED -> "no money was taken";
            case ORDER_CANCEL -> "everybody, undo your part";
            case INVENTORY_RELEASED -> "the stock is back";
            case PAYMENT_VOIDED -> "no money taken, and none ever will be";
            case PAYMENT_REFUNDED -> "the money went back";
            case ORDER_CANCELLED -> "all of it is undone";
        };
    }
}
