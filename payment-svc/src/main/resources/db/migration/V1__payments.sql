-- A saga's fence at payment-svc: the intent to charge, the outcome, or the tombstone of a cancel that came first.
CREATE TABLE payment (
    transaction_id UUID NOT NULL,
    status         VARCHAR(12) CHARACTER SET ascii NOT NULL,
    amount         BIGINT NULL COMMENT 'null in a tombstone',
    payment_token  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    payment_id     VARCHAR(64) NULL,
    fail_reason    VARCHAR(20) CHARACTER SET ascii NULL,
    fail_detail    VARCHAR(200) NULL,
    cancelled      BOOLEAN NOT NULL COMMENT 'ORDER_CANCEL was consumed',
    in_doubt       BOOLEAN NOT NULL COMMENT 'the gateway may have charged: to be reversed',
    attempts       INT NOT NULL,
    trigger_id     UUID NULL COMMENT 'the event that caused the work with the gateway',
    traceparent    VARCHAR(55) CHARACTER SET ascii NULL COMMENT 'the trace context of that event',
    due_at         DATETIME(3) NULL COMMENT 'when any instance may take up the work with the gateway; null: none to do',
    claimed_at     DATETIME(3) NULL COMMENT 'when an instance first claimed the charge, by the database''s clock; null: never',
    failures       INT NOT NULL DEFAULT 0 COMMENT 'how often work with the gateway was postponed: pauses grow with it',
    created_at     DATETIME(3) NOT NULL,
    updated_at     DATETIME(3) NOT NULL,
    PRIMARY KEY (transaction_id),
    KEY due (due_at)
);

-- The settings of the simulated gateway: one row for all instances.
CREATE TABLE simulated_gateway (
    id             TINYINT NOT NULL,
    mode           VARCHAR(12) CHARACTER SET ascii NOT NULL,
    latency_millis INT NOT NULL,
    failure_rate   DOUBLE NOT NULL,
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
