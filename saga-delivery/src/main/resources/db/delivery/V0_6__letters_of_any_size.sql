-- A payload that is too large is kept cut, with its length and its hash; an event in binary mode has attributes as headers.
-- What an event says, without its id, tells a repetition: behind a letter it waits once.
ALTER TABLE dead_letter
    ADD COLUMN headers        TEXT CHARACTER SET ascii NULL COMMENT 'attributes of binary mode, name=value joined by &' AFTER record_key,
    ADD COLUMN payload_bytes  BIGINT NOT NULL DEFAULT 0 COMMENT 'of the whole payload' AFTER payload,
    ADD COLUMN payload_sha256 BINARY(32) NULL COMMENT 'of the whole payload, if it is kept cut' AFTER payload_bytes,
    ADD COLUMN content        BINARY(16) NULL COMMENT 'hash of what the event says' AFTER payload_sha256,
    DROP KEY saga,
    ADD KEY saga (transaction_id, resolved_at),
    ADD KEY saga_content (transaction_id, content);
UPDATE dead_letter SET payload_bytes = COALESCE(LENGTH(payload), 0);
