-- Where the service keeps no timeline, the log has the ids alone.
ALTER TABLE event_log
    MODIFY type   VARCHAR(32) CHARACTER SET ascii NULL,
    MODIFY source VARCHAR(64) NULL,
    MODIFY time   DATETIME(3) NULL,
    MODIFY detail VARCHAR(500) NULL;
