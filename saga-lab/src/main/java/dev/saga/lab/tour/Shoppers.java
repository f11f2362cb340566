package dev.saga.lab.tour;

import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.Pause;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Places about four orders per second until it is stopped. */
final class Shoppers {
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final SagaClient client;
    private final String product;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Thread thread;
    private volatile boolean open = true;

    Shoppers(SagaClient client, String product) {
        this.client = client;
        this.product = product;
        this.thread = Thread.ofPlatform().daemon().name("shoppers").start(this::shop);
    }

    private void shop() {
        while (open) {
            try {
                int status = client.submit("ann", "{\"productId\":\"" + product + "\",\"qty\":1}", Map.of())
                        .status();
                (status == 201 ? accepted : refused).incrementAndGet();
            } catch (RuntimeException away) {
                refused.incrementAndGet();
            }
            Pause.of(PAUSE);
        }
    }

    int accepted() {
        return accepted.get();
    }

    int refused() {
        return refused.get();
    }

    void stop() throws InterruptedException {
        open = false;
        thread.join(Duration.ofSeconds(60));
    }
}
