package dev.saga.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.saga.delivery.outbox.OutboxDepth;
import dev.saga.delivery.sql.Sql;
import dev.saga.events.Shop;
import dev.saga.events.StockLevel;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.domain.Stock;
import dev.saga.inventory.store.LevelPace;
import dev.saga.inventory.store.LevelStore;
import dev.saga.inventory.store.StockStore;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Publishes stock levels from a real MariaDB into the real outbox. */
class PublishLevelsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final LevelPace AT_ONCE = pace(Duration.ZERO, Duration.ofHours(1));
    private static final int LOW = 100;
    private static final ProductId BOOK = new ProductId("BOOK");

    private final TestDatabase database = TestDatabase.migrated();
    private final TestDelivery delivery = new TestDelivery(database, "inventory-svc", Shop.CONTRACT);
    private final OutboxDepth depth = delivery.depth();
    private final StockStore stocks = new StockStore(database.sql(), Clock.systemUTC());
    private final SetStock setStock = new SetStock(stocks, database.transactions());

    @Test
    void publishesAChangeOnceAndOnlyTheNewestLevel() {
        set(BOOK, 9);
        run(AT_ONCE);
        run(AT_ONCE);
        assertThat(published()).containsExactly(new StockLevel(BOOK, 9, 1));
        set(BOOK, 8);
        set(BOOK, 7);
        add(BOOK, 3);
        run(AT_ONCE);
        assertThat(published()).containsExactly(new StockLevel(BOOK, 9, 1), new StockLevel(BOOK, 10, 4));
    }

    @Test
    void publishesLevelsOfAProductNotMoreOftenThanThePauseAllows() {
        LevelPace paused = pace(Duration.ofMinutes(1), Duration.ofHours(1));
        set(BOOK, 9);
        run(paused);
        set(BOOK, 8);
        run(paused);
        assertThat(published()).hasSize(1);
        forward(Duration.ofMinutes(1));
        run(paused);
        assertThat(published()).containsExactly(new StockLevel(BOOK, 9, 1), new StockLevel(BOOK, 8, 2));
    }

    @Test
    void publishesALargeStockLessOftenThanALowOne() {
        LevelPace slow = pace(Duration.ofSeconds(1), Duration.ofMinutes(5));
        set(BOOK, LOW);
        run(slow);
        set(BOOK, LOW + 1);
        forward(Duration.ofMinutes(1));
        run(slow);
        assertThat(published()).hasSize(1);
        set(BOOK, LOW - 1);
        run(slow);
        assertThat(published()).containsExactly(new StockLevel(BOOK, LOW, 1), new StockLevel(BOOK, LOW - 1, 3));
    }

    @Test
    void repeatsALowLevelAfterTheRefreshAndNoOther() {
        LevelPace pace = pace(Duration.ofSeconds(1), Duration.ofMinutes(5));
        var full = new ProductId("FULL");
        set(BOOK, LOW - 1);
        set(full, LOW);
        run(pace);
        forward(Duration.ofMinutes(4));
        run(pace);
        assertThat(published()).hasSize(2);
        forward(Duration.ofMinutes(1));
        run(pace);
        assertThat(published())
                .containsExactly(
                        new StockLevel(BOOK, LOW - 1, 1),
                        new StockLevel(full, LOW, 1),
                        new StockLevel(BOOK, LOW - 1, 1));
    }

    /** As after a crash between the outbox and the mark: both are in one transaction. */
    @Test
    void aFailureLosesNoLevel() {
        set(BOOK, 9);
        rename("outbox", "outbox_away");
        assertThatThrownBy(() -> run(AT_ONCE)).hasMessageContaining("outbox");
        rename("outbox_away", "outbox");
        assertThat(published()).isEmpty();
        run(AT_ONCE);
        assertThat(published()).containsExactly(new StockLevel(BOOK, 9, 1));
    }

    @Test
    void twoInstancesPublishEachVersionOnceAndInOrder() {
        List<ProductId> products =
                IntStream.range(0, 30).mapToObj(i -> new ProductId("P-" + i)).toList();
        products.forEach(product -> set(product, 1));
        PublishLevels one = instance(AT_ONCE);
        PublishLevels two = instance(AT_ONCE);
        Mono<Void> sales = Flux.range(0, 10)
                .concatMap(round -> Flux.fromIterable(products).concatMap(product -> setStock.add(product, 1)))
                .then();
        Mono.when(sales, one.run().repeat(15), two.run().repeat(15)).block(PATIENCE);
        Mono.when(one.run(), two.run()).block(PATIENCE);
        List<StockLevel> levels = published();
        assertThat(levels).doesNotHaveDuplicates();
        assertThat(levels.stream().collect(Collectors.groupingBy(StockLevel::productId)))
                .hasSize(products.size())
                .allSatisfy((product, ofProduct) -> {
                    assertThat(ofProduct).extracting(StockLevel::version).isSorted();
                    assertThat(ofProduct.getLast()).isEqualTo(new StockLevel(product, 11, 11));
                });
    }

    @Test
    void waitsForAProductThatAnotherTransactionHolds() {
        set(BOOK, 9);
        Sinks.Empty<Void> release = Sinks.empty();
        CompletableFuture<Void> sale = stocks.lock(Set.of(BOOK))
                .flatMap(locked -> stocks.save(List.of(new Stock(BOOK, "Book", new Money(100), 8, 1))))
                .then(release.asMono())
                .as(database.transactions()::transactional)
                .toFuture();
        CompletableFuture<Void> publication = instance(AT_ONCE).run().toFuture();
        await().atMost(PATIENCE).until(() -> waiting() == 1);
        assertThat(publication).isNotDone();
        release.tryEmitEmpty();
        Mono.fromFuture(CompletableFuture.allOf(sale, publication)).block(PATIENCE);
        assertThat(published()).containsExactly(new StockLevel(BOOK, 8, 2));
    }

    @Test
    void publishesABoundedNumberPerRun() {
        database.committed(database.sql()
                .update(
                        "INSERT INTO product (product_id, name, unit_price, available, reserved)"
                                + " SELECT CONCAT('P-', seq), 'x', 1, 1, 0 FROM seq_1_to_" + (PublishLevels.MOST + 1),
                        List.of()));
        run(AT_ONCE);
        assertThat(published()).hasSize(PublishLevels.MOST);
        run(AT_ONCE);
        assertThat(published()).hasSize(PublishLevels.MOST + 1).doesNotHaveDuplicates();
    }

    @Test
    void addsNothingToAnOutboxThatIsNotEmptied() {
        set(BOOK, 9);
        database.committed(database.sql()
                .update(
                        "INSERT INTO outbox (shard, topic, events, payload) VALUES (0, 'inventory', ?, '')",
                        List.of(PublishLevels.MOST_WAITING + 1)));
        depth.look().block(PATIENCE);
        run(AT_ONCE);
        assertThat(published()).isEmpty();
        database.committed(database.sql().update("DELETE FROM outbox", List.of()));
        depth.look().block(PATIENCE);
        run(AT_ONCE);
        assertThat(published()).containsExactly(new StockLevel(BOOK, 9, 1));
    }

    private static LevelPace pace(Duration pause, Duration refresh) {
        return new LevelPace(pause, refresh, LOW);
    }

    private PublishLevels instance(LevelPace pace) {
        return new PublishLevels(
                new LevelStore(database.sql(), pace),
                delivery.stateCodec(),
                delivery.outbox(),
                depth,
                database.transactions());
    }

    private void run(LevelPace pace) {
        instance(pace).run().block(PATIENCE);
    }

    private List<StockLevel> published() {
        return delivery.outboxStates(StockLevel.TYPE);
    }

    private void set(ProductId product, long available) {
        setStock.set(new Stock(product, "Book", new Money(100), available, 0), Condition.NONE)
                .block(PATIENCE);
    }

    private void add(ProductId product, long qty) {
        setStock.add(product, qty).block(PATIENCE);
    }

    /** Moves the times of all products into the past, as if time had passed. */
    private void forward(Duration time) {
        database.committed(database.sql()
                .update(
                        "UPDATE product SET level_at = level_at - INTERVAL ? SECOND, level_due = level_due - INTERVAL ? SECOND",
                        List.of(time.toSeconds(), time.toSeconds())));
    }

    private void rename(String from, String to) {
        database.sql().update("RENAME TABLE " + from + " TO " + to, List.of()).block(PATIENCE);
    }

    private long waiting() {
        return database.sql()
                .rows(
                        "SELECT COUNT(*) AS n FROM information_schema.innodb_lock_waits",
                        List.of(),
                        row -> Sql.get(row, "n", Long.class))
                .single()
                .block(PATIENCE);
    }
}
