package dev.saga.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.outbox.EventSender.Outgoing;
import dev.saga.delivery.trace.Spans;
import dev.saga.testing.TestDelivery;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import reactor.kafka.sender.SenderOptions;
import reactor.kafka.sender.internals.ProducerFactory;

/** Needs no broker. */
class EventSenderTest {
    private static final Outgoing EVENT = new Outgoing("trips", "saga", "event".getBytes(StandardCharsets.UTF_8));

    /**
     * Fails at first, as while the brokers' host names do not resolve: the name of a stopped Kafka container is gone
     * too.
     */
    private static final class NamesUnresolvedAtFirst extends ProducerFactory {
        private final AtomicInteger attempts = new AtomicInteger();

        @Override
        @SuppressWarnings("unchecked") // the sender's types
        public <K, V> Producer<K, V> createProducer(SenderOptions<K, V> options) {
            if (attempts.incrementAndGet() <= 2) {
                var cause = new ConfigException("No resolvable bootstrap urls given in bootstrap.servers");
                throw new KafkaException("Failed to construct kafka producer", cause);
            }
            return (Producer<K, V>) new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
        }
    }

    @Test
    void sendsOnceTheBrokersNamesResolve() {
        var producers = new NamesUnresolvedAtFirst();
        try (var sender = new EventSender(TestDelivery.properties("order-svc"), Spans.none(), producers)) {
            assertThat(sent(sender)).isEmpty();
            assertThat(sent(sender)).isEmpty();
            assertThat(sent(sender)).containsExactly(EVENT);
            assertThat(sent(sender)).containsExactly(EVENT);
        }
        assertThat(producers.attempts)
                .as("attempts to create a producer, two of which failed")
                .hasValue(3);
    }

    /** The sender runs on the event loop of a database connection, which other work shares. */
    @Test
    void itsProducerNeverBlocksItsCaller() {
        var options = new AtomicReference<SenderOptions<?, ?>>();
        var producers = new ProducerFactory() {
            @Override
            @SuppressWarnings("unchecked") // the sender's types
            public <K, V> Producer<K, V> createProducer(SenderOptions<K, V> given) {
                options.set(given);
                return (Producer<K, V>)
                        new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
            }
        };
        try (var sender = new EventSender(TestDelivery.properties("order-svc"), Spans.none(), producers)) {
            sender.learn(Set.of("trips")).block(Duration.ofSeconds(10));
        }
        assertThat(options.get().producerProperty(ProducerConfig.MAX_BLOCK_MS_CONFIG))
                .isEqualTo(0);
    }

    private static Set<Outgoing> sent(EventSender sender) {
        return sender.send(List.of(EVENT)).block(Duration.ofSeconds(10));
    }
}
