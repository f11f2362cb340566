package dev.saga.lab.bench;

import java.util.StringJoiner;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which orders the customers want.
 *
 * @param products how many products there are, 1 or more; each line wants one unit of one of them
 * @param lines of an order, 1 to {@code products}
 * @param declines share of orders whose card is declined, 0 to 100 %
 * @param cancels share of orders that their user cancels at once, 0 to 100 %
 */
record OrderMix(int products, int lines, int declines, int cancels) {
    OrderMix {
        bounded("--products", products, 1, 100_000);
        bounded("--lines", lines, 1, Math.min(100, products));
        bounded("--declines", declines, 0, 100);
        bounded("--cancels", cancels, 0, 100);
    }

    private static void bounded(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most);
        }
    }

    /** The id of a product, counted from 0. */
    static String product(int number) {
        return "BENCH-" + number;
    }

    /** The body of an order. */
    String body() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int first = random.nextInt(products);
        var wanted = new StringJoiner(",", "{\"lines\":[", "]");
        for (int line = 0; line < lines; line++) {
            wanted.add("{\"productId\":\"" + product((first + line) % products) + "\",\"qty\":1}");
        }
        return wanted + (happens(declines) ? ",\"paymentToken\":\"tok_decline\"}" : "}");
    }

    /** Whether the next order's user changes their mind. */
    boolean isCancelled() {
        return happens(cancels);
    }

    private static boolean happens(int percent) {
        return percent > 0 && ThreadLocalRandom.current().nextInt(100) < percent;
    }
}
