-- The delivery's tables, in every service's own database.

-- What this service has heard (and, where configured, said): the key makes an event take effect once. Ids of version 7
-- sort by time, so rows are appended, a saga's rows lie together, and the oldest are pruned as a range of the key.
CREATE TABLE event_log (
    transaction_id UUID NOT NULL,
    event_id       UUID NOT NULL,
    type           VARCHAR(32) CHARACTER SET ascii NOT NULL,
    source         VARCHAR(64) NOT NULL,
    causation_id   UUID NULL,
    time           DATETIME(3) NOT NULL,
    detail         VARCHAR(500) NOT NULL,
    PRIMARY KEY (transaction_id, event_id)
);

-- What was said and is not yet published; empty but for what is under way.
CREATE TABLE outbox (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    shard          TINYINT UNSIGNED NOT NULL,
    topic          VARCHAR(32) CHARACTER SET ascii NOT NULL,
    transaction_id UUID NOT NULL,
    payload        MEDIUMBLOB NOT NULL,
    PRIMARY KEY (id)
);

-- Records that could not be handled, and those that wait behind them. A row stays after it was replayed or discarded,
-- without its payload, so that the same place of the topic is not parked or handled again when the topic is read anew.
CREATE TABLE dead_letter (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    transaction_id UUID NULL,
    topic          VARCHAR(250) CHARACTER SET ascii NOT NULL,
    partition_no   INT NOT NULL,
    offset_no      BIGINT NOT NULL,
    record_time    BIGINT NOT NULL COMMENT 'the record''s own, ms: a topic made anew begins at offset 0 again',
    record_key     VARBINARY(255) NULL,
    payload        MEDIUMBLOB NULL,
    reason         VARCHAR(500) NOT NULL,
    parked_at      DATETIME(3) NOT NULL,
    resolved_at    DATETIME(3) NULL COMMENT 'when it was replayed or discarded',
    PRIMARY KEY (id),
    UNIQUE KEY place (topic, partition_no, offset_no, record_time),
    KEY saga (transaction_id),
    KEY resolved (resolved_at)
);
