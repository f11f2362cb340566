package dev.saga.events.value;

/** The id of a user: 1 to 64 of {@code A-Z a-z 0-9 . _ -}. */
public record UserId(String text) {
    /** @throws IllegalArgumentException if the text has any other form */
    public UserId {
        text = Identifier.name("user_id", text);
    }

    @Override
    public String toString() {
        return text;
    }
}
