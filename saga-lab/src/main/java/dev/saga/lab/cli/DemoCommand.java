package dev.saga.lab.cli;

import dev.saga.events.Participant;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LabOptions;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Plan;
import dev.saga.local.LocalInfra;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/**
 * {@code demo}: runs a saga that is paid, one that rolls back, and one without enough stock. Then the system keeps
 * running.
 */
@Command(
        name = "demo",
        description = "Runs three sagas and prints their timelines: paid, rolled back, out of stock.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final String USER = "ann";
    private static final String PRODUCT = "CATALOG-002";

    @Mixin
    private final LabOptions labOptions = new LabOptions();

    @Option(
            names = "--stay",
            arity = "1",
            defaultValue = "true",
            description = "Keep running until Ctrl-C after the last saga (default: true).")
    private boolean stay;

    @Override
    public Integer call() throws InterruptedException {
        Instant start = Instant.now();
        System.out.println("Starting, logs in " + labOptions.logs());
        LocalInfra infra = labOptions.startInfra();
        LocalStack stack = LocalStack.start(infra, plan(), labOptions.logs(), LabOptions::printLine);
        LabOptions.atExit(stack::close);
        SagaClient client = stack.client();
        client.stock(PRODUCT, 1_500, 100);
        System.out.printf("%nThe first order %.1f s after the start.%n", secondsSince(start));
        printStock("Before", client);

        boolean asExpected = runSagas(client);
        printStock("After", client);
        printLedger(client);
        UpCommand.printAddresses(infra, stack);
        if (stay) {
            LabOptions.untilInterrupted();
        }
        return asExpected ? 0 : 1;
    }

    private static boolean runSagas(SagaClient client) {
        boolean asExpected = runSaga(client, "1. An order that is paid", 10, "CONFIRMED", null);
        client.gateway("DECLINE");
        System.out.println("\n   PUT /payment-gateway {\"mode\":\"DECLINE\"}: from now on every card is declined.");
        asExpected &= runSaga(
                client, "2. An order whose payment fails: the saga rolls back", 5, "CANCELLED", "PAYMENT_DECLINED");
        client.gateway("APPROVE");
        System.out.println("\n   PUT /payment-gateway {\"mode\":\"APPROVE\"}: cards are charged again.");
        asExpected &= runSaga(client, "3. An order for more than the stock", 1_000, "CANCELLED", "OUT_OF_STOCK");
        return asExpected;
    }

    private Plan plan() {
        Map<Participant, Integer> one = Plan.each(1);
        return new Plan(one, true, "", Map.of(), Jvm.SHORT_LIVED).behindGateway();
    }

    private static double secondsSince(Instant start) {
        return Duration.between(start, Instant.now()).toMillis() / 1000.0;
    }

    private static boolean runSaga(SagaClient client, String title, int qty, String status, @Nullable String reason) {
        System.out.println("\n" + title);
        Instant submitted = Instant.now();
        Answer order = client.submitAndWait(USER, "{\"productId\":\"" + PRODUCT + "\",\"qty\":" + qty + "}");
        String id = Objects.requireNonNull(order.text("orderId"));
        System.out.println("   POST /" + USER + "/orders {\"productId\":\"" + PRODUCT + "\",\"qty\":" + qty
                + "}  transaction_id " + id);
        for (JsonNode event : client.timeline(USER, id)) {
            print(event, submitted);
        }
        boolean asExpected = status.equals(order.text("status")) && Objects.equals(reason, order.text("cancelReason"));
        System.out.printf(
                "   %s%s%s%n",
                order.text("status"),
                order.text("cancelReason") == null ? "" : " because of " + order.text("cancelReason"),
                asExpected ? "" : "   (NOT as expected: " + status + " " + reason + ")");
        return asExpected;
    }

    private static void print(JsonNode event, Instant submitted) {
        long millis = Duration.between(
                        submitted, Instant.parse(event.path("time").asString()))
                .toMillis();
        String type = event.path("type").asString();
        System.out.println("   %5d ms  %-14s %-19s %-38s %s"
                .formatted(
                        Math.max(0, millis),
                        event.path("source").asString().substring(1),
                        type,
                        Meaning.of(type),
                        event.path("detail").asString(""))
                .stripTrailing());
    }

    private static void printStock(String when, SagaClient client) {
        JsonNode product = client.inventory("GET", "/products/" + PRODUCT, null)
                .expect(200)
                .body();
        System.out.printf(
                "%n%s: %s  available %d, reserved %d%n",
                when,
                PRODUCT,
                product.path("available").asLong(),
                product.path("reserved").asLong());
    }

    private static void printLedger(SagaClient client) {
        System.out.println("The ledger of " + PRODUCT + ", never changed or deleted:");
        JsonNode entries = client.inventory("GET", "/products/" + PRODUCT + "/history", null)
                .expect(200)
                .body();
        for (JsonNode entry : entries) {
            System.out.printf(
                    "   %+6d  %-9s %s%n",
                    entry.path("quantity").asLong(),
                    entry.path("kind").asString(),
                    entry.path("transactionId").asString(""));
        }
    }
}
