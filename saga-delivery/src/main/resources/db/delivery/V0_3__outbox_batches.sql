-- What a transaction said is one row, not one row an event: its events, one a line, each behind the id of its saga.
ALTER TABLE outbox ADD COLUMN events INT UNSIGNED NOT NULL DEFAULT 1 AFTER topic;
UPDATE outbox SET payload = CONCAT(transaction_id, ' ', payload, '\n');
ALTER TABLE outbox DROP COLUMN transaction_id, ALTER COLUMN events DROP DEFAULT;

-- Written so that a commit follows: once it is on disk, so is all that was seen before. See CommitBarrier.
CREATE TABLE commit_barrier (
    id     SMALLINT UNSIGNED NOT NULL COMMENT 'a relay''s shard, or 100 for everybody else',
    raised BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (id)
);
