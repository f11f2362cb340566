package dev.saga.delivery.work;

import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * The order in which the parts of a service start (the last one here first) and stop (the first one here first). A
 * service stops consuming, then closes its web server, then completes accepted work, then publishes the resulting
 * events. All parts of a phase stop at the same time, so the times here and the web server's, which is {@code
 * spring.lifecycle.timeout-per-shutdown-phase}, add up to the longest shutdown: 37 s.
 */
public enum Phase {
    /** Consumers and periodic work. Spring Boot stops the web server 1024 to 2048 below this phase. */
    CONSUME(0, Duration.ofSeconds(5)),

    /** Work in memory that was committed before, such as calls of the payment gateway. */
    WORK(-3000, Duration.ofSeconds(8)),

    /** Intakes, to which other parts submit requests. */
    STORE(-4000, Duration.ofSeconds(4)),

    /** The relay. */
    PUBLISH(-5000, Duration.ofSeconds(5));

    private final int order;
    private final Duration finish;

    Phase(int offset, Duration finish) {
        this.order = SmartLifecycle.DEFAULT_PHASE + offset;
        this.finish = finish;
    }

    /** Returns the phase for {@link SmartLifecycle#getPhase()}. */
    public int order() {
        return order;
    }

    /** Returns how long a part may take to complete its work after it was asked to stop. */
    Duration finish() {
        return finish;
    }
}
