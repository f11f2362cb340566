CREATE TABLE coupon (
    code        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    discount    BIGINT NOT NULL,
    redeemed_by UUID NULL COMMENT 'the order that has it; null: it can be redeemed',
    PRIMARY KEY (code),
    UNIQUE KEY one_per_order (redeemed_by)
);

-- A saga's fence at coupon-svc: once the row exists, INVENTORY_RESERVED redeems nothing more.
CREATE TABLE redemption (
    transaction_id UUID NOT NULL,
    status         VARCHAR(14) CHARACTER SET ascii NOT NULL,
    code           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'null in a tombstone',
    discount       BIGINT NULL COMMENT 'the amount by which the total became lower',
    total_price    BIGINT NULL COMMENT 'the total after the discount',
    payment_token  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    reject_reason  VARCHAR(20) CHARACTER SET ascii NULL,
    PRIMARY KEY (transaction_id)
);
