package dev.saga.events.value;

/** The code of a coupon: 1 to 64 of {@code A-Z a-z 0-9 . _ -}. Upper and lower case differ. */
public record CouponCode(String text) implements Comparable<CouponCode> {
    /** @throws IllegalArgumentException if the text has any other form */
    public CouponCode {
        text = Identifier.name("coupon_code", text);
    }

    @Override
    public int compareTo(CouponCode other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
