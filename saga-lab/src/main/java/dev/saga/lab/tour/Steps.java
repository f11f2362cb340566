package dev.saga.lab.tour;

import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.local.KafkaBroker;
import dev.saga.local.LocalInfra;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.JsonNode;

/** The failures of the tour, in their order. */
final class Steps {
    private final LocalInfra infra;
    private final LocalStack stack;
    private final SagaClient client;

    Steps(LocalInfra infra, LocalStack stack) {
        this.infra = infra;
        this.stack = stack;
        this.client = stack.client();
    }

    List<Step> all() {
        return List.of(gatewayAway(), poison(), killed(), kafkaAway(), participantAway());
    }

    private Step gatewayAway() {
        return new Step(
                "The payment gateway is away",
                "PUT /payment-gateway {\"mode\":\"UNAVAILABLE\"}",
                "PUT /payment-gateway {\"mode\":\"APPROVE\"}",
                "PaymentGatewayUnavailable",
                7,
                Duration.ofSeconds(20),
                () -> client.gateway("UNAVAILABLE"),
                () -> client.gateway("APPROVE"),
                List.of(
                        sum(
                                Participant.PAYMENT,
                                "saga_payment_gateway_call_duration_seconds_count{operation=\"charge\",outcome=\"unavailable\"}"),
                        sum(Participant.ORDER, "saga_orders_cancelled_total{reason=\"PAYMENT_UNAVAILABLE\"}")));
    }

    private Step poison() {
        return new Step(
                "A record that nobody can read",
                "a record with the value \"no event\" on the topic order",
                "DELETE /dead-letters/{id} at inventory-svc and payment-svc",
                "DeadLetterUnresolved",
                2,
                Duration.ofSeconds(20),
                this::putGarbage,
                () -> ShopTopic.ORDER.consumers().forEach(this::discardLetters),
                List.of(
                        most(Participant.INVENTORY, "saga_dead_letters"),
                        most(Participant.PAYMENT, "saga_dead_letters")));
    }

    private void putGarbage() {
        byte[] key = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
        byte[] value = "no event".getBytes(StandardCharsets.UTF_8);
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", infra.kafka()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(ShopTopic.ORDER.text(), key, value))
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the record was not sent", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void discardLetters(Participant service) {
        JsonNode letters =
                client.call(service, "GET", "/dead-letters", null).expect(200).body();
        for (JsonNode letter : letters) {
            client.call(service, "DELETE", "/dead-letters/" + letter.path("id").asString(), null);
        }
    }

    private Step killed() {
        ServiceProcess victim = stack.instances(Participant.PAYMENT).getLast();
        return new Step(
                "An instance of payment-svc is killed",
                "kill -9 " + victim.process().pid(),
                "a new process on the same port",
                "InstanceDown",
                10,
                Duration.ofSeconds(25),
                () -> victim.process().kill(),
                () -> {
                    victim.restart();
                    victim.awaitReady();
                },
                List.of(
                        Figure.up("payment-svc", stack.instances(Participant.PAYMENT)),
                        most(Participant.ORDER, "saga_orders_open{status=\"PENDING\"}")));
    }

    private Step kafkaAway() {
        return new Step(
                "Kafka is away",
                "kill -9 of the broker",
                "the broker starts again",
                "OutboxRowOld",
                5,
                Duration.ofSeconds(25),
                () -> infra.brokers().forEach(broker -> broker.process().kill()),
                () -> infra.brokers().forEach(KafkaBroker::restart),
                List.of(
                        most(Participant.ORDER, "saga_outbox_depth"),
                        most(Participant.ORDER, "saga_outbox_age_seconds")));
    }

    private Step participantAway() {
        ServiceProcess only = stack.instances(Participant.INVENTORY).getFirst();
        return new Step(
                "inventory-svc is away for a minute",
                "SIGTERM to its only instance",
                "inventory-svc starts again",
                "ServiceAbsent",
                10,
                Duration.ofSeconds(60),
                only::stop,
                () -> {
                    only.restart();
                    only.awaitReady();
                },
                List.of(
                        most(Participant.ORDER, "saga_orders_open{status=\"PENDING\"}"),
                        sum(Participant.ORDER, "saga_orders_nudges_total{result=\"published\"}"),
                        most(Participant.ORDER, "saga_orders_stuck")));
    }

    private Figure sum(Participant service, String name) {
        return Figure.sum(name, stack.instances(service));
    }

    private Figure most(Participant service, String name) {
        return Figure.most(name, stack.instances(service));
    }
}
