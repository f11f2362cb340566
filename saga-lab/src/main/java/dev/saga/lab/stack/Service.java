package dev.saga.lab.stack;

/** The services, with what the contract fixes about each. */
public enum Service {
    ORDER("order-svc", 8081, "saga_order"),
    INVENTORY("inventory-svc", 8082, "saga_inventory"),
    PAYMENT("payment-svc", 8083, "saga_payment");

    private final String text;
    private final int port;
    private final String schema;

    Service(String text, int port, String schema) {
        this.text = text;
        this.port = port;
        this.schema = schema;
    }

    /** The service's name, {@code order-svc}. */
    public String text() {
        return text;
    }

    /** What its paths begin with at the gateway, {@code order-service}. */
    public String route() {
        return text.replace("-svc", "-service");
    }

    /** The port of the first instance, where it is free. */
    public int port() {
        return port;
    }

    /** The name of the service's database and of its user, before a stack's prefix. */
    public String schema() {
        return schema;
    }
}
