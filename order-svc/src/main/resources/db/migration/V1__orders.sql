-- An order is its saga's fence at order-svc: the locked row decides the effect of an event.
CREATE TABLE orders (
    order_id         UUID NOT NULL,
    user_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status           VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'PENDING',
    cancel_reason    VARCHAR(32) CHARACTER SET ascii NULL,
    order_lines      TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payment_token    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    undone           VARCHAR(64) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'participants that have undone their part',
    nudges           INT NOT NULL DEFAULT 0,
    due_at           DATETIME(3) NULL COMMENT 'when a saga without progress is nudged; null once final',
    created_at       DATETIME(3) NOT NULL,
    updated_at       DATETIME(3) NOT NULL,
    PRIMARY KEY (order_id),
    KEY of_user (user_id, order_id),
    KEY due (due_at)
);

-- The order that an Idempotency-Key made.
CREATE TABLE idempotency_key (
    user_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    idem_key    VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id    UUID NOT NULL,
    created_at  DATETIME(3) NOT NULL,
    PRIMARY KEY (user_id, idem_key),
    KEY age (created_at)
);

-- The price of an order, from INVENTORY_RESERVED and PAYMENT_COMPLETED. One insert here costs a third of an update that
-- lengthens the order's row and moves it in the index of deadlines.
CREATE TABLE order_price (
    order_id    UUID NOT NULL,
    order_lines TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    total_price BIGINT NULL,
    updated_at  DATETIME(3) NOT NULL,
    priced_at   DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'progress of the saga, by the clock of the deadlines',
    PRIMARY KEY (order_id)
);
