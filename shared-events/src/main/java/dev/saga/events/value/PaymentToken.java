package dev.saga.events.value;

/**
 * The means of payment of one order: 1 to 64 of {@code A-Z a-z 0-9 . _ -}. The simulated gateway decides by some
 * tokens, whatever its mode is.
 */
public record PaymentToken(String text) {
    /** @throws IllegalArgumentException if the text has any other form */
    public PaymentToken {
        text = Identifier.name("payment_token", text);
    }

    @Override
    public String toString() {
        return text;
    }
}
