-- The price of an order, from INVENTORY_RESERVED and PAYMENT_COMPLETED. Adding a row here once costs a third of making the
-- order's row longer and moving it in the index of deadlines.
CREATE TABLE order_price (
    order_id    UUID NOT NULL,
    order_lines TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    total_price BIGINT NULL,
    updated_at  DATETIME(3) NOT NULL,
    priced_at   DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'progress of the saga, by the clock of the deadlines',
    PRIMARY KEY (order_id)
);
INSERT INTO order_price (order_id, order_lines, total_price, updated_at)
    SELECT order_id, order_lines, total_price, updated_at FROM orders WHERE total_price IS NOT NULL;
ALTER TABLE orders
    DROP COLUMN total_price,
    ALTER COLUMN status SET DEFAULT 'PENDING',
    ALTER COLUMN inventory_undone SET DEFAULT FALSE,
    ALTER COLUMN payment_undone SET DEFAULT FALSE,
    ALTER COLUMN nudges SET DEFAULT 0;
