package dev.saga.lab.chaos;

import dev.saga.events.Participant;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.LocalStack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Orders of persistent customers: a submission without a response, or with 503, is sent again to the next instance with
 * its Idempotency-Key. Some orders are declined, some are cancelled by their user, some are for a product that runs out
 * of stock.
 */
final class Load implements AutoCloseable {
    static final String USER = "chaos";
    private static final int MOST_AT_ONCE = 200;
    private static final int PRODUCTS = 20;
    private static final int TRIES = 120;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    private final List<SagaClient> clients;
    private final Random random;
    private final Duration pace;
    private final Map<String, Expected> accepted = new ConcurrentHashMap<>();
    private final AtomicInteger submitted = new AtomicInteger();
    private final AtomicInteger givenUp = new AtomicInteger();
    private final AtomicInteger unexpectedResponses = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final ExecutorService customers = Executors.newVirtualThreadPerTaskExecutor();
    private CompletableFuture<Void> submitting = CompletableFuture.completedFuture(null);

    /** @param perSecond orders per second while fewer than 200 customers wait for a response */
    Load(LocalStack stack, long seed, int perSecond) {
        this.clients = IntStream.range(0, stack.instances(Participant.ORDER).size())
                .mapToObj(stack::client)
                .toList();
        this.random = new Random(seed);
        this.pace = Duration.ofSeconds(1).dividedBy(perSecond);
    }

    void start() {
        SagaClient client = clients.getFirst();
        for (int product = 0; product < PRODUCTS; product++) {
            client.stock("CHAOS-" + product, 100 + product, 1_000_000);
        }
        client.stock("CHAOS-RARE", 100, 50);
        submitting = CompletableFuture.runAsync(this::submitWhileRunning, customers);
    }

    private void submitWhileRunning() {
        long next = System.nanoTime();
        while (running.get()) {
            room.acquireUninterruptibly();
            if (!running.get()) {
                return;
            }
            Submission submission = submission();
            customers.execute(() -> submitUntilAccepted(submission));
            next += pace.toNanos();
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    /** The expected final state of an order. */
    enum Expected {
        /** Confirmed, or cancelled because a fault lasted too long. */
        PAID,
        /** Cancelled: the cancel was accepted, or the card is declined. */
        CANCELLED,
        /** Either of them: the stock may be short, or the result of the cancel is unknown. */
        PERHAPS
    }

    private record Submission(String key, String body, boolean cancels, Expected expected, int first) {}

    private Submission submission() {
        int number = submitted.incrementAndGet();
        int product = random.nextInt(PRODUCTS);
        int kind = random.nextInt(100);
        String token =
                kind < 10 ? ",\"paymentToken\":\"tok_decline\"" : kind < 13 ? ",\"paymentToken\":\"tok_slow\"" : "";
        String lines = kind >= 95
                ? "{\"productId\":\"CHAOS-RARE\",\"qty\":1}"
                : "{\"productId\":\"CHAOS-%d\",\"qty\":1},{\"productId\":\"CHAOS-%d\",\"qty\":2}"
                        .formatted(product, (product + 1 + random.nextInt(PRODUCTS - 1)) % PRODUCTS);
        Expected expected = kind < 10 ? Expected.CANCELLED : kind >= 95 ? Expected.PERHAPS : Expected.PAID;
        String body = "{\"lines\":[" + lines + "]" + token + "}";
        return new Submission("k-" + number, body, kind >= 85 && kind < 90, expected, number);
    }

    private void submitUntilAccepted(Submission submission) {
        try {
            String order = null;
            for (int attempt = 0; attempt < TRIES && order == null; attempt++) {
                order = tryOnce(clients.get((submission.first + attempt) % clients.size()), submission);
                if (order == null) {
                    LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
                }
            }
            if (order == null) {
                givenUp.incrementAndGet();
            }
        } finally {
            room.release();
        }
    }

    private @org.jspecify.annotations.Nullable String tryOnce(SagaClient client, Submission submission) {
        try {
            Answer answer = client.submit(USER, submission.body, Map.of("Idempotency-Key", submission.key));
            if (answer.status() != 201 && answer.status() != 200) {
                unexpectedResponses.addAndGet(answer.status() == 503 ? 0 : 1);
                return null;
            }
            String order = Objects.requireNonNull(answer.text("orderId"), "no orderId");
            accepted.put(order, submission.expected);
            if (submission.cancels && cancel(client, order)) {
                accepted.put(order, Expected.CANCELLED);
            }
            return order;
        } catch (RuntimeException noAnswer) {
            return null;
        }
    }

    /** Cancels an order; returns true if the cancel was accepted. Without a response both final states are possible. */
    private boolean cancel(SagaClient client, String order) {
        try {
            accepted.put(order, Expected.PERHAPS);
            Answer answer = client.order("POST", "/" + USER + "/orders/" + order + "/cancel", null, Map.of());
            return answer.status() == 202;
        } catch (RuntimeException noAnswer) {
            return false;
        }
    }

    /** Returns the orders that got 201 or 200, by id, with the expected final state of each. */
    Map<String, Expected> accepted() {
        return accepted;
    }

    int submitted() {
        return submitted.get();
    }

    /** Returns the number of customers that got no order after 120 tries, which take a minute or more. */
    int givenUp() {
        return givenUp.get();
    }

    /** Returns the number of responses that were neither an order nor 503. */
    int unexpectedResponses() {
        return unexpectedResponses.get();
    }

    /** Stops submitting and waits for the customers that still try. */
    @Override
    public void close() {
        running.set(false);
        submitting.join();
        customers.close();
    }
}
