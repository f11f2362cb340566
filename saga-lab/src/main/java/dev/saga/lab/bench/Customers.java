package dev.saga.lab.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.jspecify.annotations.Nullable;

/**
 * Customers who submit orders until they are closed: in a closed loop each waits for its order's end before it wants the
 * next; in an open loop orders come at a rate, whatever becomes of those before, and a latency counts from the moment at
 * which the order was due.
 */
final class Customers implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 1024;
    private static final int MOST_WAITING = 50_000;
    private static final int ID = 36;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration AFTER_REFUSAL = Duration.ofMillis(100);

    private final List<String> urls;
    private final OrderMix mix;
    private final Tally tally;
    private final Endings endings;
    private final CloseableHttpClient http;
    private final AtomicInteger next = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean running = true;
    private @Nullable Thread pacer;

    Customers(Target target, OrderMix mix, Tally tally, Endings endings) {
        this.urls = target.orderUrls();
        this.mix = mix;
        this.tally = tally;
        this.endings = endings;
        PoolingHttpClientConnectionManager connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnTotal(MOST_CONNECTIONS)
                .setMaxConnPerRoute(MOST_CONNECTIONS)
                .build();
        this.http = HttpClients.createMinimal(connections);
    }

    /** An accepted order. */
    private final class Order implements Endings.Waiting {
        private final long since;
        private final boolean cancelled;
        private final CountDownLatch end = new CountDownLatch(1);

        Order(long since, boolean cancelled) {
            this.since = since;
            this.cancelled = cancelled;
        }

        @Override
        public void ended(boolean confirmed, long nanos) {
            tally.finished(confirmed, nanos - since);
            end.countDown();
        }

        @Override
        public boolean wantsCancelled() {
            return cancelled;
        }
    }

    /** {@code concurrency} customers, each with one order at a time. */
    void closedLoop(int concurrency) {
        for (int customer = 0; customer < concurrency; customer++) {
            threads.execute(this::orderAgainAndAgain);
        }
    }

    private void orderAgainAndAgain() {
        while (running) {
            Order order = submit(System.nanoTime());
            if (order == null) {
                LockSupport.parkNanos(AFTER_REFUSAL.toNanos());
            } else {
                await(order);
            }
        }
    }

    private static void await(Order order) {
        try {
            if (!order.end.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                System.out.println("  an order has not ended within a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Orders at a rate; those that find 50,000 others without an answer are not sent and count as failed. */
    void openLoop(int perSecond) {
        pacer = Thread.ofPlatform().name("pacer").start(() -> {
            var room = new Semaphore(MOST_WAITING);
            long begin = System.nanoTime();
            for (long number = 0; running; number++) {
                long due = begin + number * TimeUnit.SECONDS.toNanos(1) / perSecond;
                LockSupport.parkNanos(due - System.nanoTime());
                if (room.tryAcquire()) {
                    threads.execute(() -> {
                        submit(due);
                        room.release();
                    });
                } else {
                    tally.failed.increment();
                }
            }
        });
    }

    private @Nullable Order submit(long since) {
        String url = urls.get(Math.floorMod(next.getAndIncrement(), urls.size()));
        boolean cancelled = mix.isCancelled();
        var request = new HttpPost(URI.create(url + "/bench/orders"));
        request.setEntity(new StringEntity(mix.body(), ContentType.APPLICATION_JSON));
        try {
            String id = http.execute(request, response -> accepted(response, since));
            if (id == null) {
                return null;
            }
            var order = new Order(since, cancelled && cancel(url, id));
            endings.await(id, order);
            return order;
        } catch (IOException noAnswer) {
            tally.failed.increment();
            return null;
        }
    }

    private @Nullable String accepted(ClassicHttpResponse response, long since) throws IOException {
        long took = System.nanoTime() - since;
        EntityUtils.consume(response.getEntity());
        switch (response.getCode()) {
            case 201 -> {
                tally.accepted(took);
                String location = response.getFirstHeader("Location").getValue();
                return location.substring(location.length() - ID);
            }
            case 503 -> tally.refused(took);
            default -> tally.failed.increment();
        }
        return null;
    }

    private boolean cancel(String url, String id) throws IOException {
        var request = new HttpPost(URI.create(url + "/bench/orders/" + id + "/cancel"));
        return http.execute(request, response -> {
            EntityUtils.consume(response.getEntity());
            return response.getCode() == 202;
        });
    }

    /** Wants no more orders, and waits for the answers that are under way. */
    @Override
    public void close() {
        running = false;
        try {
            if (pacer != null) {
                pacer.join();
            }
            threads.close();
            http.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
