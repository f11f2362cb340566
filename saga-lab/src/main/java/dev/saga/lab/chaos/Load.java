package dev.saga.lab.chaos;

import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.SagaClient;
import dev.saga.lab.stack.SagaClient.Answer;
import dev.saga.lab.stack.Service;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Orders from customers who do not give up: a submission that gets no answer, or 503, is sent again under its
 * Idempotency-Key, at the next instance. Some orders are declined, some cancelled by their user, some wanted in vain.
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
    private final Map<String, Hope> accepted = new ConcurrentHashMap<>();
    private final AtomicInteger submitted = new AtomicInteger();
    private final AtomicInteger givenUp = new AtomicInteger();
    private final AtomicInteger mistaken = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final ExecutorService customers = Executors.newVirtualThreadPerTaskExecutor();

    /** @param perSecond orders a second, while customers that wait for an answer are fewer than 200 */
    Load(LocalStack stack, long seed, int perSecond) {
        this.clients = IntStream.range(0, stack.instances(Service.ORDER).size())
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
        customers.execute(this::submitWhileRunning);
    }

    private void submitWhileRunning() {
        long next = System.nanoTime();
        while (running.get()) {
            room.acquireUninterruptibly();
            Wish wish = wish();
            customers.execute(() -> insist(wish));
            next += pace.toNanos();
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    /** What must become of an order. */
    enum Hope {
        /** Confirmed, unless a fault lasts so long that it times out. */
        PAID,
        /** Cancelled: its user was told so, or its card is declined. */
        CANCELLED,
        /** Either: there is not enough for everybody. */
        PERHAPS
    }

    private record Wish(String key, String body, boolean cancels, Hope hope, int first) {}

    private Wish wish() {
        int number = submitted.incrementAndGet();
        int product = random.nextInt(PRODUCTS);
        int kind = random.nextInt(100);
        String token =
                kind < 10 ? ",\"paymentToken\":\"tok_decline\"" : kind < 13 ? ",\"paymentToken\":\"tok_slow\"" : "";
        String lines = kind >= 95
                ? "{\"productId\":\"CHAOS-RARE\",\"qty\":1}"
                : "{\"productId\":\"CHAOS-%d\",\"qty\":1},{\"productId\":\"CHAOS-%d\",\"qty\":2}"
                        .formatted(product, (product + 1 + random.nextInt(PRODUCTS - 1)) % PRODUCTS);
        Hope hope = kind < 10 ? Hope.CANCELLED : kind >= 95 ? Hope.PERHAPS : Hope.PAID;
        String body = "{\"lines\":[" + lines + "]" + token + "}";
        return new Wish("k-" + number, body, kind >= 85 && kind < 90, hope, number);
    }

    private void insist(Wish wish) {
        try {
            String order = null;
            for (int attempt = 0; attempt < TRIES && order == null; attempt++) {
                order = tryOnce(clients.get((wish.first + attempt) % clients.size()), wish);
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

    private @org.jspecify.annotations.Nullable String tryOnce(SagaClient client, Wish wish) {
        try {
            Answer answer = client.submit(USER, wish.body, Map.of("Idempotency-Key", wish.key));
            if (answer.status() != 201 && answer.status() != 200) {
                mistaken.addAndGet(answer.status() == 503 ? 0 : 1);
                return null;
            }
            String order = Objects.requireNonNull(answer.text("orderId"), "no orderId");
            accepted.put(order, wish.hope);
            if (wish.cancels && cancelled(client, order)) {
                accepted.put(order, Hope.CANCELLED);
            }
            return order;
        } catch (RuntimeException noAnswer) {
            return null;
        }
    }

    /** A cancel without an answer may have come or not: then nothing is known of the order's end. */
    private boolean cancelled(SagaClient client, String order) {
        try {
            accepted.put(order, Hope.PERHAPS);
            Answer answer = client.order("POST", "/" + USER + "/orders/" + order + "/cancel", null, Map.of());
            return answer.status() == 202;
        } catch (RuntimeException noAnswer) {
            return false;
        }
    }

    /** The orders that were answered with 201 or 200, by id, and what must become of each. */
    Map<String, Hope> accepted() {
        return accepted;
    }

    int submitted() {
        return submitted.get();
    }

    /** Customers who got no order within a minute or more of trying. */
    int givenUp() {
        return givenUp.get();
    }

    /** Answers that were neither an order nor 503. */
    int mistaken() {
        return mistaken.get();
    }

    /** Takes no new customers and waits for those who wait. */
    @Override
    public void close() {
        running.set(false);
        customers.close();
    }
}
