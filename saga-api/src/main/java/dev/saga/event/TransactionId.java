package dev.saga.event;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/** The id of a saga and of its order. Ids of version 7 sort by their creation time. */
public record TransactionId(UUID value) implements Comparable<TransactionId> {
    /** The number of characters of an invalid text that an error message shows. */
    private static final int SHOWN = 80;

    public TransactionId {
        requireNonNull(value, "transaction_id is missing");
    }

    /**
     * Parses an id.
     *
     * @throws IllegalArgumentException if {@code text} is not a UUID in the usual form of 36 characters, in either case
     */
    public static TransactionId of(String text) {
        if (!hasForm(text)) {
            throw new IllegalArgumentException("not a UUID: " + shortened(text));
        }
        return new TransactionId(UUID.fromString(text));
    }

    private static boolean hasForm(String text) {
        return text.length() == 36
                && text.charAt(8) == '-'
                && text.charAt(13) == '-'
                && text.charAt(18) == '-'
                && text.charAt(23) == '-';
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    public String text() {
        return value.toString();
    }

    /** Compares as unsigned numbers, which is also the order of the text and of the database. */
    @Override
    public int compareTo(TransactionId other) {
        int high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return text();
    }
}
