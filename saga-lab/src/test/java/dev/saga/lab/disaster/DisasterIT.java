package dev.saga.lab.disaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.testing.TestInfra;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Tests lost topics, topics that are read again from the beginning, and partitions that are added while sagas run. */
@Order(RunningSystem.ON_PAIRS)
class DisasterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final RunningSystem system = RunningSystem.pairs();
    private final SagaClient client = system.client();
    private final Set<String> topics =
            Set.copyOf(Arrays.stream(ShopTopic.values()).map(system.wire::name).toList());
    private Admin admin;

    @BeforeEach
    void connect() {
        admin = Admin.create(Map.of("bootstrap.servers", TestInfra.get().kafka()));
        client.stock("FEAR", 10, 1_000_000);
    }

    @AfterEach
    void everythingAddsUp() {
        admin.close();
        system.assertSound();
    }

    @Test
    void theLossOfAllTopicsWhileSagasAreInFlightIsSurvived() throws Exception {
        List<String> orders = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            orders.add(submit(""));
            orders.add(submit(",\"paymentToken\":\"tok_slow\""));
        }
        String cancelled = orders.getLast();
        client.order("POST", "/fear/orders/" + cancelled + "/cancel", null, Map.of())
                .expect(202);
        admin.deleteTopics(topics).all().get();
        orders.add(submit(""));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(orders)
                        .allSatisfy(order -> assertThat(status(order))
                                .isEqualTo(order.equals(cancelled) ? "CANCELLED" : "CONFIRMED")));
        assertThat(admin.listTopics().names().get()).containsAll(topics);
    }

    @Test
    void partitionsAddedWhileSagasAreInFlightChangeNothing() throws Exception {
        List<String> orders = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            orders.add(submit(",\"paymentToken\":\"tok_slow\""));
        }
        for (String topic : topics) {
            int now = admin.describeTopics(Set.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(now + 3)))
                    .all()
                    .get();
        }
        for (int i = 0; i < 20; i++) {
            orders.add(submit(""));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(orders)
                        .allSatisfy(order -> assertThat(status(order)).isEqualTo("CONFIRMED")));
    }

    @Test
    void topicsReadAgainFromTheBeginningHaveNoEffectAndNothingIsPublished() throws Exception {
        String order = submit("");
        await().atMost(PATIENCE).until(() -> status(order).equals("CONFIRMED"));
        system.assertSound();
        List<ServiceProcess> instances = system.stack.instances();
        instances.parallelStream().forEach(ServiceProcess::stop);
        long before = system.wire.reader().records();
        List<String> groups =
                Stream.of(Participant.values()).map(Participant::text).toList();
        admin.deleteConsumerGroups(groups.stream().map(system.wire::name).toList())
                .all()
                .get();
        instances.forEach(ServiceProcess::restart);
        instances.forEach(ServiceProcess::awaitReady);
        for (String group : groups) {
            await(group + " has read everything again")
                    .atMost(PATIENCE)
                    .until(() -> system.wire.reader().lag(group) == 0);
        }
        system.awaitRest();
        assertThat(system.wire.reader().records()).as("records on the topics").isEqualTo(before);
        assertThat(status(order)).isEqualTo("CONFIRMED");
    }

    private String submit(String token) {
        String body = "{\"lines\":[{\"productId\":\"FEAR\",\"qty\":1}]" + token + "}";
        return client.submit("fear", body, Map.of()).expect(201).text("orderId");
    }

    private String status(String order) {
        return client.get("fear", order).expect(200).text("status");
    }
}
