package dev.saga.delivery.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.delivery.sql.Connections.Lease;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.delivery.work.OverCapacity;
import dev.saga.testing.TestInfra;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Uses a real database. */
class ConnectionsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ConnectionPool pool = new ConnectionPool(
            ConnectionPoolConfiguration.builder(ConnectionFactories.get(TestInfra.sessions(TestInfra.newSchema())))
                    .maxSize(9)
                    .maxAcquireTime(Duration.ofSeconds(2))
                    .build());
    private final Connections connections = new Connections(pool);

    @AfterEach
    void stop() {
        pool.dispose();
    }

    private Mono<Lease> ofCaller() {
        return connections.lease().contextWrite(Connections::ofCaller);
    }

    @Test
    void aFloodOfReadsLeavesConnectionsToConsumersAndSweeps() {
        List<Lease> held =
                IntStream.range(0, 8).mapToObj(i -> ofCaller().block(PATIENCE)).toList();
        CompletableFuture<Lease> next = ofCaller().toFuture();
        Lease ofConsumer = connections.lease().block(PATIENCE);
        assertThat(ofConsumer).as("the ninth connection").isNotNull();
        assertThat(next).as("the ninth caller").isNotDone();
        ofConsumer.release().block(PATIENCE);
        held.getFirst().release().block(PATIENCE);
        assertThat(next).succeedsWithin(PATIENCE);
    }

    @Test
    void aCallerBeyondFiveHundredIsRefusedAtOnce() {
        IntStream.range(0, 508).forEach(i -> ofCaller().subscribe(lease -> {}, failure -> {}));
        assertThatThrownBy(() -> ofCaller().block(Duration.ofMillis(500))).isInstanceOf(OverCapacity.class);
    }

    @Test
    void callersThatGoAwayLeaveNoConnectionAcquired() {
        List<Lease> held =
                IntStream.range(0, 8).mapToObj(i -> ofCaller().block(PATIENCE)).toList();
        IntStream.range(0, 100).forEach(i -> ofCaller().subscribe().dispose());
        held.forEach(lease -> lease.release().block(PATIENCE));
        IntStream.range(0, 8)
                .forEach(i -> assertThat(ofCaller().block(PATIENCE)).isNotNull());
        assertThat(pool.getMetrics().orElseThrow().acquiredSize()).isEqualTo(8);
    }

    @Test
    void aDatabaseThatRefusesConnectionsIsATransientFailure() {
        var nobody = ConnectionFactories.get(
                "r2dbc:" + TestInfra.of("mariadb", "postgresql") + "://nobody:wrong@127.0.0.1:1/none");
        assertThatThrownBy(() -> new Connections(nobody).lease().block(PATIENCE))
                .matches(FailurePolicy::isTransient);
    }
}
