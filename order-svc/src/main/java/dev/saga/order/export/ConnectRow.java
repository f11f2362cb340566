package dev.saga.order.export;

import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.order.domain.Order;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of an order as JSON of Kafka Connect's JsonConverter: schema and payload. Kafka Connect accepts types in lower
 * case only. No value needs an escape: ids have letters, digits and {@code . _ -}, all others are numbers or constants.
 */
final class ConnectRow {
    private static final String SCHEMA = "{\"schema\":{\"type\":\"struct\",\"fields\":["
            + String.join(
                    ",",
                    field("order_id", "string", false),
                    field("user_id", "string", false),
                    field("product_id", "string", false),
                    field("qty", "int32", false),
                    field("unit_price", "int64", true),
                    field("total_price", "int64", true),
                    field("status", "string", false),
                    "{\"type\":\"int64\",\"optional\":false,\"name\":\"org.apache.kafka.connect.data.Timestamp\","
                            + "\"version\":1,\"field\":\"updated_at\"}")
            + "],\"optional\":false,\"name\":\"orders\"},\"payload\":";

    private ConnectRow() {}

    private static String field(String name, String type, boolean optional) {
        return "{\"type\":\"" + type + "\",\"optional\":" + optional + ",\"field\":\"" + name + "\"}";
    }

    /** Returns the row on one line. A price that is not known yet is null. */
    static byte[] json(Order order, Line line, Instant updatedAt) {
        String json = SCHEMA + "{\"order_id\":\"" + order.id().text()
                + "\",\"user_id\":\"" + order.userId().text()
                + "\",\"product_id\":\"" + line.productId().text()
                + "\",\"qty\":" + line.qty()
                + ",\"unit_price\":" + minor(line.unitPrice())
                + ",\"total_price\":" + minor(order.totalPrice())
                + ",\"status\":\"" + order.status()
                + "\",\"updated_at\":" + updatedAt.toEpochMilli() + "}}";
        return json.getBytes(StandardCharsets.US_ASCII);
    }

    private static String minor(@Nullable Money price) {
        return price == null ? "null" : String.valueOf(price.minor());
    }
}
