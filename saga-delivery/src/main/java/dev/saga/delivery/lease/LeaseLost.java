package dev.saga.delivery.lease;

/** Signals that another instance leads a shard now. */
final class LeaseLost extends RuntimeException {
    LeaseLost(int shard, long epoch) {
        super("another instance leads shard " + shard + " since epoch " + epoch);
    }
}
