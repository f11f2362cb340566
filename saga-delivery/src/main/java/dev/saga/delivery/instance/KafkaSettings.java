package dev.saga.delivery.instance;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/** The settings of every Kafka client of a service: consumer, producer and admin client. */
public final class KafkaSettings {
    private KafkaSettings() {}

    /**
     * Merges the settings of a client: {@code saga.delivery.kafka.*}, then the brokers' addresses, then the client's
     * own settings. A later setting replaces an earlier one, because the guarantees of the delivery depend on the
     * client's own settings.
     */
    public static Map<String, Object> of(DeliveryProperties properties, Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(properties.kafka());
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, properties.bootstrapServers());
        all.putAll(own);
        return all;
    }
}
