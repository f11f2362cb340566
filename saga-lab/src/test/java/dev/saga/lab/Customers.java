package dev.saga.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Customers who submit one order after the other. Each order has an Idempotency-Key, and a customer repeats the request
 * until the order is accepted. Requests without a response are recorded: every request must get one, at least a 503.
 */
final class Customers implements AutoCloseable {
    private static final Duration SHUTDOWN = Duration.ofSeconds(45);
    private static final Duration PACE = Duration.ofMillis(60);

    private final SagaClient client;
    private final String user;
    private final String body;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicInteger keys = new AtomicInteger();
    private final Map<String, String> orders = new ConcurrentHashMap<>();
    private final Set<String> unanswered = new ConcurrentSkipListSet<>();
    private final Set<Integer> statuses = new ConcurrentSkipListSet<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Customers(SagaClient client, String user, String body) {
        this.client = client;
        this.user = user;
        this.body = body;
    }

    /** Starts a number of customers. Each submits this order again 60 ms after the last one was accepted. */
    static Customers start(SagaClient client, int number, String user, String body) {
        var customers = new Customers(client, user, body);
        for (int i = 0; i < number; i++) {
            customers.threads.execute(customers::submitWhileRunning);
        }
        return customers;
    }

    private void submitWhileRunning() {
        while (running.get()) {
            submitUntilAccepted("key-" + keys.incrementAndGet());
            LockSupport.parkNanos(PACE.toNanos());
        }
    }

    private void submitUntilAccepted(String key) {
        while (!orders.containsKey(key) && !Thread.currentThread().isInterrupted()) {
            try {
                Answer answer = client.submit(user, body, Map.of("Idempotency-Key", key));
                statuses.add(answer.status());
                if (answer.status() == 201 || answer.status() == 200) {
                    orders.put(key, answer.text("orderId"));
                }
            } catch (RuntimeException noResponse) {
                unanswered.add(key + ": " + noResponse.getMessage());
            }
            LockSupport.parkNanos(PACE.toNanos());
        }
    }

    /** Waits until this number of further orders is accepted. */
    void awaitMore(int number, Duration patience) {
        int now = orders.size();
        await(number + " more orders").atMost(patience).until(() -> orders.size() >= now + number);
    }

    /** Returns the ids of the accepted orders. */
    Set<String> orders() {
        return Set.copyOf(orders.values());
    }

    /**
     * Stops submitting, waits at most 45 s for the requests under way, and checks that every request got a response with
     * an expected status.
     */
    @Override
    public void close() {
        running.set(false);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(SHUTDOWN.toSeconds(), TimeUnit.SECONDS)) {
                threads.shutdownNow();
                throw new AssertionError("customers still wait for an order, " + unanswered);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(unanswered).as("requests without a response").isEmpty();
        assertThat(statuses).as("statuses").isSubsetOf(200, 201, 503);
        assertThat(orders()).as("orders, one for each key").hasSize(orders.size());
    }
}
