package dev.saga.order.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConnectRowTest {
    private static final Instant NOW = Instant.parse("2026-11-21T02:03:04.567Z");
    private static final Line BOOK = new Line(new ProductId("BOOK"), 2, null);
    private static final Order PENDING = Order.place(
                    TransactionId.of("0199c8a0-0000-7000-8000-000000000001"),
                    new UserId("ann.b-c_d"),
                    List.of(BOOK),
                    null,
                    NOW)
            .order();

    /** Types that JsonConverter knows; it fails on any other spelling. */
    private static final Set<String> TYPES = Set.of("string", "int32", "int64");

    @Test
    void isTheGoldenRecordOnOneLine() {
        assertThat(text(PENDING, BOOK)).isEqualTo(golden("orders-pending.json"));
    }

    @Test
    void hasPricesOnceTheyAreKnown() {
        Line priced = new Line(BOOK.productId(), 2, new Money(1500));
        Order reserved = PENDING.on(new InventoryEvent.Reserved(
                        PENDING.id(), PENDING.userId(), List.of(priced), new Money(3000), null))
                .order();
        assertThat(text(reserved, priced)).isEqualTo(golden("orders-priced.json"));
    }

    @Test
    void namesEveryTypeInLowerCaseAndDescribesEveryFieldOfThePayload() {
        JsonNode row = JsonMapper.shared().readTree(text(PENDING, BOOK));
        JsonNode fields = row.path("schema").path("fields");
        assertThat(row.path("schema").path("type").asString()).isEqualTo("struct");
        assertThat(fields.valueStream().map(field -> field.path("type").asString()))
                .isNotEmpty()
                .allMatch(TYPES::contains);
        assertThat(fields.valueStream().map(field -> field.path("field").asString()))
                .containsExactlyElementsOf(row.path("payload").propertyNames());
    }

    private static String text(Order order, Line line) {
        return new String(ConnectRow.json(order, line, NOW), StandardCharsets.UTF_8);
    }

    private static String golden(String file) {
        try (var in = ConnectRowTest.class.getResourceAsStream("/golden/" + file)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
