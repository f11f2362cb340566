package dev.saga.events.value;

/**
 * An amount in the minor unit of the deployment's one currency.
 *
 * @param minor 0 to 2^63−1
 */
public record Money(long minor) {
    public static final Money ZERO = new Money(0);

    /** @throws IllegalArgumentException if the amount is negative */
    public Money {
        if (minor < 0) {
            throw new IllegalArgumentException("an amount must not be negative but is " + minor);
        }
    }

    /** @throws ArithmeticException if the sum is above 2^63−1 */
    public Money plus(Money other) {
        return new Money(Math.addExact(minor, other.minor));
    }

    /** @throws ArithmeticException if the product is above 2^63−1 */
    public Money times(long quantity) {
        return new Money(Math.multiplyExact(minor, quantity));
    }
}
