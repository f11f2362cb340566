package dev.saga.delivery.work;

import org.springframework.context.SmartLifecycle;

/**
 * The order in which the parts of a service start (low phases first) and stop (high phases first). At shutdown a
 * service first stops consuming, then closes its web server (Spring Boot uses 1024 to 2048 below the default phase),
 * then completes accepted work, then publishes the resulting events.
 */
public final class Phases {
    /** Consumers and periodic work. */
    public static final int HEARING = SmartLifecycle.DEFAULT_PHASE;

    /** Work in memory that was committed before. */
    public static final int WORKING = SmartLifecycle.DEFAULT_PHASE - 3000;

    /** Intakes, to which other parts submit requests. */
    public static final int STORING = SmartLifecycle.DEFAULT_PHASE - 4000;

    /** The relay. */
    public static final int PUBLISHING = SmartLifecycle.DEFAULT_PHASE - 5000;

    private Phases() {}
}
