package dev.saga.events;

/** Who orders. 1 to 64 of {@code A-Z a-z 0-9 . _ -}. */
public record UserId(String text) {
    /** @throws IllegalArgumentException any other text */
    public UserId {
        text = Identifier.name("user_id", text);
    }

    @Override
    public String toString() {
        return text;
    }
}
