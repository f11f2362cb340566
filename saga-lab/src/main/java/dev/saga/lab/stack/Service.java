package dev.saga.lab.stack;

/** The services, with the values that the contract fixes for each. */
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
