package dev.saga.lab.bench;

import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.local.LocalInfra;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The system that is measured.
 *
 * @param orderUrls addresses of order-svc; orders go to them in turn
 * @param inventoryUrl address of inventory-svc
 * @param kafka broker address, for reading the final events of orders
 * @param ends topic of these events
 * @param processes process ids of the system, by name; empty if it runs elsewhere
 * @param stack the system if it runs here; null if it runs elsewhere: then costs are unknown and nothing is checked
 */
record Target(
        List<String> orderUrls,
        String inventoryUrl,
        String kafka,
        String ends,
        Map<String, List<Long>> processes,
        @Nullable LocalStack stack) {

    /** Returns a system that was started here. */
    static Target here(LocalInfra infra, LocalStack stack) {
        Map<String, List<Long>> processes = new LinkedHashMap<>();
        for (Participant service : Participant.values()) {
            processes.put(
                    service.text(),
                    stack.instances(service).stream()
                            .map(instance -> instance.process().pid())
                            .toList());
        }
        processes.put(
                "Kafka",
                infra.brokers().stream().map(broker -> broker.process().pid()).toList());
        processes.put("MariaDB", List.of(infra.database().process().pid()));
        if (infra.hasPostgreSql()) {
            processes.put("PostgreSQL", infra.otherDatabase().process().withChildren());
        }
        processes.put("driver", List.of(ProcessHandle.current().pid()));
        return new Target(
                stack.instances(Participant.ORDER).stream()
                        .map(ServiceProcess::url)
                        .toList(),
                stack.instances(Participant.INVENTORY).getFirst().url(),
                infra.kafka(),
                ShopTopic.ORDER.text(),
                processes,
                stack);
    }

    /**
     * Returns a system elsewhere: order-svc at {@code url}, the others on the same host at the contract's ports by
     * default.
     */
    static Target elsewhere(String url, @Nullable String inventoryUrl, @Nullable String kafka) {
        URI order = URI.create(url);
        String host = order.getHost();
        if (host == null || !"http".equals(order.getScheme())) {
            throw new IllegalArgumentException("--url must be like http://host:8081 but is " + url);
        }
        return new Target(
                List.of(url),
                inventoryUrl == null ? "http://" + host + ":" + Participant.INVENTORY.port() : inventoryUrl,
                kafka == null ? host + ":9092" : kafka,
                ShopTopic.ORDER.text(),
                Map.of(),
                null);
    }
}
