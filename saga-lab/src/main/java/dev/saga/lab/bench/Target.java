package dev.saga.lab.bench;

import dev.saga.events.ShopTopic;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Service;
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
 * @param kafka where the ends of orders are read
 * @param ends the topic in which they are
 * @param processes ids of the processes that make up the system, by name; empty where it runs elsewhere
 * @param stack the system where it runs here; null elsewhere: then costs are not known and nothing is judged
 */
record Target(
        List<String> orderUrls,
        String inventoryUrl,
        String kafka,
        String ends,
        Map<String, List<Long>> processes,
        @Nullable LocalStack stack) {

    /** A system that was started here. */
    static Target here(LocalInfra infra, LocalStack stack) {
        Map<String, List<Long>> processes = new LinkedHashMap<>();
        for (Service service : Service.values()) {
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
        processes.put("driver", List.of(ProcessHandle.current().pid()));
        return new Target(
                stack.instances(Service.ORDER).stream().map(ServiceProcess::url).toList(),
                stack.instances(Service.INVENTORY).getFirst().url(),
                infra.kafka(),
                ShopTopic.ORDER.text(),
                processes,
                stack);
    }

    /** A system elsewhere: order-svc at {@code url}, the others on the same host at the contract's ports. */
    static Target elsewhere(String url, @Nullable String inventoryUrl, @Nullable String kafka) {
        URI order = URI.create(url);
        String host = order.getHost();
        if (host == null || !"http".equals(order.getScheme())) {
            throw new IllegalArgumentException("--url must be like http://host:8081 but is " + url);
        }
        return new Target(
                List.of(url),
                inventoryUrl == null ? "http://" + host + ":" + Service.INVENTORY.port() : inventoryUrl,
                kafka == null ? host + ":9092" : kafka,
                ShopTopic.ORDER.text(),
                Map.of(),
                null);
    }
}
