package dev.saga.events.value;

/** The id of a product: 1 to 64 of {@code A-Z a-z 0-9 . _ -}. */
public record ProductId(String text) implements Comparable<ProductId> {
    /** @throws IllegalArgumentException if the text has any other form */
    public ProductId {
        text = Identifier.name("product_id", text);
    }

    @Override
    public int compareTo(ProductId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
