package dev.saga.lab;

import dev.saga.event.TransactionId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer outside the services: it can compress, sends records of up to 64 MiB, and writes any form of event. */
final class ForeignProducer implements AutoCloseable {
    private static final int LARGEST_RECORD = 64 << 20;

    private final String prefix;
    private final KafkaProducer<byte[], byte[]> producer;

    /** @param more further settings of the producer, by Kafka's names */
    ForeignProducer(String kafka, String prefix, Map<String, Object> more) {
        this.prefix = prefix;
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                kafka,
                "max.request.size",
                LARGEST_RECORD,
                "buffer.memory",
                2L * LARGEST_RECORD,
                "linger.ms",
                20));
        settings.putAll(more);
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Returns an event in structured mode, as JSON. {@code data} has the fields besides {@code transaction_id}. */
    static String event(String type, String source, String id, String saga, String data) {
        return """
                {"specversion":"1.0","id":"%s","source":"%s","type":"%s","subject":"%s","time":"2026-11-27T01:02:03Z",\
                "datacontenttype":"application/json","data":{"transaction_id":"%s",%s}}""".formatted(id, source, type, saga, saga, data);
    }

    /** Returns a PAYMENT_COMPLETED of payment-svc with a new id. */
    static String completed(TransactionId saga) {
        return event("PAYMENT_COMPLETED", "/payment-svc", UUID.randomUUID().toString(), saga.text(), PAID);
    }

    /** The data of a PAYMENT_COMPLETED without its {@code transaction_id}. */
    static final String PAID = "\"payment_id\":\"pay-1\",\"amount\":3000";

    /** Publishes one record and waits for its acknowledgement. */
    void put(String topic, String key, String value) {
        put(List.of(record(topic, key, value.getBytes(StandardCharsets.UTF_8))));
    }

    ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
        return new ProducerRecord<>(prefix + topic, key.getBytes(StandardCharsets.UTF_8), value);
    }

    /** Returns a record for this partition, whatever its key. */
    ProducerRecord<byte[], byte[]> record(String topic, int partition, String key, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(prefix + topic, partition, key.getBytes(StandardCharsets.UTF_8), text);
    }

    /** Publishes records and waits for the acknowledgement of all. */
    void put(List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        records.forEach(record -> sent.add(producer.send(record)));
        try {
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Publishes one record in a Kafka transaction and aborts it. Needs the setting {@code transactional.id}. */
    void putAndAbort(String topic, String key, String value) {
        producer.initTransactions();
        producer.beginTransaction();
        put(topic, key, value);
        producer.abortTransaction();
    }

    @Override
    public void close() {
        producer.close();
    }
}
