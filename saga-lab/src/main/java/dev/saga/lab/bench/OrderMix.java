package dev.saga.lab.bench;

import java.util.StringJoiner;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The mix of orders that customers submit.
 *
 * @param products number of products, 1 to 100,000; each line orders one unit of one of them
 * @param lines lines per order, 1 to {@code products}, at most 100
 * @param declines share of orders whose card is declined, 0 to 100 %
 * @param cancels share of orders that the user cancels at once, 0 to 100 %
 */
record OrderMix(int products, int lines, int declines, int cancels) {
    OrderMix {
        check("--products", products, 1, 100_000);
        check("--lines", lines, 1, Math.min(100, products));
        check("--declines", declines, 0, 100);
        check("--cancels", cancels, 0, 100);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most);
        }
    }

    /** Returns the id of a product, counted from 0. */
    static String product(int number) {
        return "BENCH-" + number;
    }

    /** Returns the body of the next order. */
    String body() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int first = random.nextInt(products);
        var wanted = new StringJoiner(",", "{\"lines\":[", "]");
        for (int line = 0; line < lines; line++) {
            wanted.add("{\"productId\":\"" + product((first + line) % products) + "\",\"qty\":1}");
        }
        return wanted + (happens(declines) ? ",\"paymentToken\":\"tok_decline\"}" : "}");
    }

    /** Draws if the user cancels the next order. */
    boolean isCancelled() {
        return happens(cancels);
    }

    private static boolean happens(int percent) {
        return percent > 0 && ThreadLocalRandom.current().nextInt(100) < percent;
    }
}
