package dev.saga.delivery.instance;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/** The settings of every Kafka client of a service: consumer, producer and admin client. */
public final class KafkaSettings {
    private KafkaSettings() {}

    /**
     * The brokers' addresses, then what {@code saga.delivery.kafka.*} adds, then the client's own settings, which win:
     * the promises of the delivery depend on them.
     */
    public static Map<String, Object> of(DeliveryProperties properties, Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(properties.kafka());
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, properties.bootstrapServers());
        all.putAll(own);
        return all;
    }
}
