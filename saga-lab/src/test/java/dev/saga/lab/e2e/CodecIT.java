package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.event.TransactionId;
import dev.saga.events.OrderEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.lab.fixture.RunningSystem;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that events are read in every compression codec of Kafka, because other producers choose their own. */
@Order(RunningSystem.ON_PAIRS)
class CodecIT {
    private final RunningSystem system = RunningSystem.pairs();

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void handlesAnEventInEveryCompressionCodec(String codec) {
        var saga = new TransactionId(UUID.randomUUID());
        var line = new Line(new ProductId("NOT-THERE"), 1, null);
        system.wire.publish(new OrderEvent.Created(saga, new UserId("ann"), List.of(line), null), codec);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(system.wire.types("inventory", saga)).containsExactly("INVENTORY_REJECTED"));
    }
}
