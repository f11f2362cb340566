package dev.saga.delivery.work;

import org.springframework.context.SmartLifecycle;

/**
 * The order in which a service starts (low phases first) and stops (high phases first): it stops hearing, then answering
 * callers (Spring Boot's web server, 1024 to 2048 below the default phase), then does what it has accepted, then
 * publishes what that said.
 */
public final class Phases {
    /** Hearing: consumers and periodic work. */
    public static final int HEARING = SmartLifecycle.DEFAULT_PHASE;

    /** Work in memory that was committed before. */
    public static final int WORKING = SmartLifecycle.DEFAULT_PHASE - 3000;

    /** Intakes, which others submit to. */
    public static final int STORING = SmartLifecycle.DEFAULT_PHASE - 4000;

    /** The relay. */
    public static final int PUBLISHING = SmartLifecycle.DEFAULT_PHASE - 5000;

    private Phases() {}
}
