-- A saga's fence at payment-svc: the intent to charge, the outcome, or the tombstone of a cancel that came first. Times
-- are in UTC.
CREATE TABLE payment (
    transaction_id UUID NOT NULL,
    status         VARCHAR(12) NOT NULL,
    amount         BIGINT NULL, -- null in a tombstone
    payment_token  VARCHAR(64) NULL,
    payment_id     VARCHAR(64) NULL,
    fail_reason    VARCHAR(20) NULL,
    fail_detail    VARCHAR(200) NULL,
    cancelled      BOOLEAN NOT NULL, -- ORDER_CANCEL was consumed
    in_doubt       BOOLEAN NOT NULL, -- the gateway may have charged: to be reversed
    attempts       INT NOT NULL,
    trigger_id     UUID NULL, -- the event that caused the work with the gateway
    traceparent    VARCHAR(55) NULL, -- the trace context of that event
    due_at         TIMESTAMP(3) NULL, -- when any instance may take up the work with the gateway; null: none to do
    claimed_at     TIMESTAMP(3) NULL, -- when an instance first claimed the charge, by the database's clock; null: never
    failures       INT NOT NULL DEFAULT 0, -- how often work with the gateway was postponed: pauses grow with it
    created_at     TIMESTAMP(3) NOT NULL,
    updated_at     TIMESTAMP(3) NOT NULL,
    PRIMARY KEY (transaction_id)
);
CREATE INDEX due ON payment (due_at) WHERE due_at IS NOT NULL;

-- The settings of the simulated gateway: one row for all instances.
CREATE TABLE simulated_gateway (
    id             SMALLINT NOT NULL,
    mode           VARCHAR(12) NOT NULL,
    latency_millis INT NOT NULL,
    failure_rate   DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO simulated_gateway VALUES (1, 'APPROVE', 0, 0.0);

-- The simulated gateway's own records, which a real gateway keeps elsewhere: one response per idempotency key, never deleted.
CREATE TABLE simulated_charge (
    transaction_id UUID NOT NULL,
    payment_id     VARCHAR(64) NOT NULL,
    amount         BIGINT NOT NULL,
    approved       BOOLEAN NOT NULL,
    refunded       BOOLEAN NOT NULL,
    PRIMARY KEY (transaction_id)
);
