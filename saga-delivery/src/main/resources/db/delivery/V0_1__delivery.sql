-- The delivery's tables, in the database of each service.

-- The events that this service has handled: the key makes an event take effect once. UUIDs of version 7 sort by time, so
-- rows are appended, the rows of a saga lie together, and the oldest rows are pruned as a range of the key.
CREATE TABLE event_log (
    transaction_id UUID NOT NULL,
    event_id       UUID NOT NULL,
    event          MEDIUMBLOB NULL COMMENT 'CloudEvent in JSON; null if the service keeps no timeline',
    PRIMARY KEY (transaction_id, event_id)
);

-- Events that are stored and not yet published. A row holds the events of one topic from one transaction: one event per
-- line, each after the id of its saga.
CREATE TABLE outbox (
    id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    shard     TINYINT UNSIGNED NOT NULL,
    topic     VARCHAR(32) CHARACTER SET ascii NOT NULL,
    events    INT UNSIGNED NOT NULL,
    payload   MEDIUMBLOB NOT NULL,
    stored_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
    PRIMARY KEY (id)
);

-- Records that could not be handled, and records that wait behind them. A resolved row stays without its payload, so that
-- its record is neither parked nor handled again if the topic is read again.
CREATE TABLE dead_letter (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    transaction_id UUID NULL,
    topic          VARCHAR(250) CHARACTER SET ascii NOT NULL,
    partition_no   INT NOT NULL,
    offset_no      BIGINT NOT NULL,
    record_time    BIGINT NOT NULL COMMENT 'of the record, ms: a topic that is created again starts at offset 0',
    record_key     VARBINARY(255) NULL,
    headers        TEXT CHARACTER SET ascii NULL COMMENT 'attributes of binary mode, name=value joined by &',
    payload        MEDIUMBLOB NULL COMMENT 'cut if it is too large',
    payload_bytes  BIGINT NOT NULL DEFAULT 0 COMMENT 'of the whole payload',
    payload_sha256 BINARY(32) NULL COMMENT 'of the whole payload, if it is kept cut',
    content        BINARY(16) NULL COMMENT 'hash of the event without its id: a repetition behind a letter waits once',
    kind           VARCHAR(20)  NOT NULL COMMENT 'of the reason, for meters: see Arrival.Flaw',
    reason         VARCHAR(500) NOT NULL,
    parked_at      DATETIME(3) NOT NULL,
    resolved_at    DATETIME(3) NULL COMMENT 'when it was replayed or discarded',
    PRIMARY KEY (id),
    UNIQUE KEY place (topic, partition_no, offset_no, record_time),
    KEY resolved (resolved_at),
    KEY saga (transaction_id, resolved_at),
    KEY saga_content (transaction_id, content)
);

-- A row that is written so that a commit follows: once this commit is on disk, so is every commit that was visible before.
-- See CommitBarrier.
CREATE TABLE commit_barrier (
    id     SMALLINT UNSIGNED NOT NULL COMMENT 'a relay''s shard, or 100 for all other code',
    raised BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (id)
);

-- Who leads a shard of the outbox: one relay of all instances, by the database's clock. A row whose leads_until is past has
-- no leader.
CREATE TABLE relay_lease (
    shard       TINYINT UNSIGNED NOT NULL,
    leader      VARCHAR(100) NOT NULL COMMENT 'host:process-number of the instance that leads or led last',
    epoch       BIGINT UNSIGNED NOT NULL COMMENT 'grows with each new leader',
    leads_since DATETIME(3) NOT NULL,
    leads_until DATETIME(3) NOT NULL COMMENT 'the leader moves it forward',
    paused      BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'true: an operator has paused the shard, and no event of it is published',
    PRIMARY KEY (shard)
);

-- Operators' actions. Rows are never changed or deleted.
CREATE TABLE audit (
    id      BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    done_at DATETIME(3) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    action  VARCHAR(40) CHARACTER SET ascii NOT NULL,
    target  VARCHAR(500) NOT NULL,
    reason  VARCHAR(500) NULL,
    result  VARCHAR(500) NOT NULL,
    PRIMARY KEY (id)
);
