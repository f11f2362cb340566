package dev.saga.events;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The services of the shop's saga, with the values that the contract fixes for each. This is the only list of them: the
 * order's saga, the gateway, the console and the lab read it, and a test compares the compose files with it.
 */
public enum Participant {
    ORDER("order-svc", 8081, "saga_order"),
    INVENTORY("inventory-svc", 8082, "saga_inventory"),
    PAYMENT("payment-svc", 8083, "saga_payment");

    private static final Set<Participant> COMPENSATING = Set.copyOf(EnumSet.complementOf(EnumSet.of(ORDER)));

    private final String text;
    private final int port;
    private final String schema;

    Participant(String text, int port, String schema) {
        this.text = text;
        this.port = port;
        this.schema = schema;
    }

    /** Returns the participants that respond to ORDER_CANCEL, whether there is something to undo or not. */
    public static Set<Participant> compensating() {
        return COMPENSATING;
    }

    /** Returns the routes of all services, in the order of this list. */
    public static List<String> routes() {
        return Stream.of(values()).map(Participant::route).toList();
    }

    /**
     * Finds a service by its name, {@code order-svc}.
     *
     * @throws IllegalArgumentException if there is no such service; the message lists all
     */
    public static Participant named(String text) {
        return Stream.of(values())
                .filter(service -> service.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no service " + text + "; there are "
                        + Stream.of(values()).map(Participant::text).collect(Collectors.joining(", ")) + "."));
    }

    /** Returns the service's name, {@code order-svc}. */
    public String text() {
        return text;
    }

    /** Returns the first segment of its paths at the gateway, {@code order-service}. */
    public String route() {
        return text.replace("-svc", "-service");
    }

    /** Returns the port that the first instance uses if it is free. */
    public int port() {
        return port;
    }

    /** Returns the name of the service's database and user, without a stack's prefix. */
    public String schema() {
        return schema;
    }
}
