-- Who leads a shard of the outbox: one relay of all instances, by the database's clock. A row whose leads_until is past has
-- no leader.
CREATE TABLE relay_lease (
    shard       SMALLINT NOT NULL,
    leader      VARCHAR(100) NOT NULL, -- host:process-number of the instance that leads or led last
    epoch       BIGINT NOT NULL, -- grows with each new leader
    leads_since TIMESTAMP(3) NOT NULL,
    leads_until TIMESTAMP(3) NOT NULL, -- the leader moves it forward
    PRIMARY KEY (shard)
);
