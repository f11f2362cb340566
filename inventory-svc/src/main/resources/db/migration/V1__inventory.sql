CREATE TABLE product (
    product_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name       VARCHAR(200) NOT NULL,
    unit_price BIGINT NOT NULL,
    available  BIGINT NOT NULL,
    reserved   BIGINT NOT NULL COMMENT 'units of reservations that were not released, sold ones included',
    version    BIGINT NOT NULL DEFAULT 1 COMMENT 'of the level; each change raises it',
    level_at   DATETIME(3) NOT NULL DEFAULT '1970-01-01' COMMENT 'when the level was published last',
    level_due  DATETIME(3) NOT NULL DEFAULT '1970-01-01' COMMENT 'when the level is to be published next, if that was long enough ago',
    PRIMARY KEY (product_id),
    KEY due_levels (level_due, level_at),
    CONSTRAINT never_below_zero CHECK (available >= 0 AND reserved >= 0)
);

-- A saga's fence at inventory-svc: once the row exists, ORDER_CREATED reserves nothing more.
CREATE TABLE reservation (
    transaction_id UUID NOT NULL,
    status         VARCHAR(10) CHARACTER SET ascii NOT NULL,
    user_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    order_lines    TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payment_token  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    reject_reason  VARCHAR(20) CHARACTER SET ascii NULL,
    reject_product VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    PRIMARY KEY (transaction_id)
);

-- Every change of available stock. Rows are never changed or deleted.
CREATE TABLE ledger (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    product_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    transaction_id UUID NULL COMMENT 'null where stock was set by hand',
    quantity       BIGINT NOT NULL,
    kind           VARCHAR(10) CHARACTER SET ascii NOT NULL,
    time           DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    KEY of_product (product_id, id)
);
