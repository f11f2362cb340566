package dev.saga.events.value;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A line of an order.
 *
 * @param qty 1 to 1,000,000 units
 * @param unitPrice the price of one unit, at most 10^12; null if only the catalogue knows it
 */
public record Line(ProductId productId, int qty, @Nullable Money unitPrice) {
    public static final int MOST_LINES = 100;
    public static final int MOST_UNITS = 1_000_000;
    public static final long HIGHEST_PRICE = 1_000_000_000_000L;

    /** @throws IllegalArgumentException if the quantity or the price is out of range */
    public Line {
        requireNonNull(productId, "product_id is missing");
        if (qty < 1 || qty > MOST_UNITS) {
            throw new IllegalArgumentException("qty must be 1 to 1000000 but is " + qty);
        }
        if (unitPrice != null && unitPrice.minor() > HIGHEST_PRICE) {
            throw new IllegalArgumentException("unit_price must be 0 to 10^12 but is " + unitPrice.minor());
        }
    }

    /**
     * Returns an unmodifiable copy of an order's lines.
     *
     * @throws IllegalArgumentException if there are fewer than 1 or more than 100 lines, or two lines of one product
     */
    public static List<Line> checked(List<Line> lines) {
        requireNonNull(lines, "lines are missing");
        if (lines.isEmpty() || lines.size() > MOST_LINES) {
            throw new IllegalArgumentException("an order has 1 to 100 lines but this has " + lines.size());
        }
        if (lines.stream().map(Line::productId).distinct().count() != lines.size()) {
            throw new IllegalArgumentException("an order has one line per product");
        }
        return List.copyOf(lines);
    }

    public static List<Line> priced(List<Line> lines) {
        if (checked(lines).stream().anyMatch(line -> line.unitPrice == null)) {
            throw new IllegalArgumentException("unit_price is missing");
        }
        return List.copyOf(lines);
    }

    /**
     * Returns the price of all lines; null if a unit price is unknown.
     *
     * @throws ArithmeticException if the total is above 2^63−1
     */
    public static @Nullable Money total(List<Line> lines) {
        Money total = Money.ZERO;
        for (Line line : lines) {
            if (line.unitPrice == null) {
                return null;
            }
            total = total.plus(line.unitPrice.times(line.qty));
        }
        return total;
    }

    /** Formats lines as one short text for databases and logs: {@code CATALOG-002*10@1500,CATALOG-003*1}. */
    public static String format(List<Line> lines) {
        return lines.stream()
                .map(line ->
                        line.productId + "*" + line.qty + (line.unitPrice == null ? "" : "@" + line.unitPrice.minor()))
                .collect(Collectors.joining(","));
    }

    /** Parses a text that {@link #format} returned. */
    public static List<Line> parse(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(Line::parseOne).toList();
    }

    private static Line parseOne(String text) {
        int star = text.indexOf('*');
        int at = text.indexOf('@', star);
        Money price = at < 0 ? null : new Money(Long.parseLong(text.substring(at + 1)));
        int qty = Integer.parseInt(text.substring(star + 1, at < 0 ? text.length() : at));
        return new Line(new ProductId(text.substring(0, star)), qty, price);
    }
}
