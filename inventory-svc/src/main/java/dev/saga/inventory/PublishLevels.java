package dev.saga.inventory;

import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.OutboxDepth;
import dev.saga.delivery.outbox.StateRecord;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.wire.StateCodec;
import dev.saga.events.StockLevel;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.store.LevelStore;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Publishes the stock levels that are due. The outbox stores a level in the transaction that marks it as published, and
 * that locks the product: so a crash loses no level, and the levels of a product are published in their order.
 */
@Component
final class PublishLevels {
    /** The most levels per run and instance. Further ones wait for the next run. */
    static final int MOST = 500;

    /** Above this number of events in the outbox, Kafka is away or the relay is behind, and levels would arrive old. */
    static final int MOST_WAITING = 2000;

    private final LevelStore levels;
    private final StateCodec codec;
    private final Outbox outbox;
    private final OutboxDepth depth;
    private final Transactions transactions;

    PublishLevels(LevelStore levels, StateCodec codec, Outbox outbox, OutboxDepth depth, Transactions transactions) {
        this.levels = levels;
        this.codec = codec;
        this.outbox = outbox;
        this.depth = depth;
        this.transactions = transactions;
    }

    /** Publishes at most {@link #MOST} levels; none while the outbox is too deep. */
    Mono<Void> run() {
        return depth.isDeeperThan(MOST_WAITING)
                ? Mono.empty()
                : levels.due(MOST)
                        .filter(due -> !due.isEmpty())
                        .flatMap(due -> publish(due).as(transactions::retrying));
    }

    private Mono<Void> publish(List<ProductId> products) {
        return levels.lockDue(products)
                .filter(due -> !due.isEmpty())
                .flatMap(due -> Sql.pipelined(
                        outbox.addStates(due.stream().map(this::state).toList()), levels.published(due)));
    }

    private StateRecord state(StockLevel level) {
        return new StateRecord(StockLevel.TYPE.topic(), level.productId().text(), codec.encode(StockLevel.TYPE, level));
    }
}
