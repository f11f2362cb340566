-- Who leads a shard of the outbox: one relay of all instances, by the database's clock. A row whose leads_until is past has
-- no leader.
CREATE TABLE relay_lease (
    shard       TINYINT UNSIGNED NOT NULL,
    leader      VARCHAR(100) NOT NULL COMMENT 'host:process-number of the instance that leads or led last',
    epoch       BIGINT UNSIGNED NOT NULL COMMENT 'grows with each new leader',
    leads_since DATETIME(3) NOT NULL,
    leads_until DATETIME(3) NOT NULL COMMENT 'the leader moves it forward',
    PRIMARY KEY (shard)
);
