-- What a transaction said is one row, not one row an event: its events, one a line, each behind the id of its saga.
ALTER TABLE outbox ADD COLUMN events INT UNSIGNED NOT NULL DEFAULT 1 AFTER topic;
UPDATE outbox SET payload = CONCAT(transaction_id, ' ', payload, '\n');
ALTER TABLE outbox DROP COLUMN transaction_id, ALTER COLUMN events DROP DEFAULT;
