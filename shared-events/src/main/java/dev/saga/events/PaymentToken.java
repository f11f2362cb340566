package dev.saga.events;

/** How one order is paid: decides for it whatever the payment gateway's mode. 1 to 64 of {@code A-Z a-z 0-9 . _ -}. */
public record PaymentToken(String text) {
    /** @throws IllegalArgumentException any other text */
    public PaymentToken {
        text = Identifier.name("payment_token", text);
    }

    @Override
    public String toString() {
        return text;
    }
}
