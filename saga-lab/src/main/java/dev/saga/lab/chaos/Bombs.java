package dev.saga.lab.chaos;

import dev.saga.event.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records that no service can read: small when compressed on the broker, large when unpacked. */
final class Bombs {
    private static final int LARGE_BYTES = 900_000;

    private Bombs() {}

    /**
     * Returns {@code number} records of 900 kB and one of {@code largest} bytes. Every second record consists of
     * quotes, which double in size when they are escaped.
     *
     * @param prefix prefix of the records' keys
     */
    static List<ProducerRecord<byte[], byte[]>> records(Topic topic, String prefix, int number, int largest) {
        byte[] letters = filled('x', LARGE_BYTES);
        byte[] quotes = filled('"', LARGE_BYTES);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            records.add(record(topic, prefix, i % 2 == 0 ? letters : quotes));
        }
        records.add(record(topic, prefix, filled('x', largest)));
        return records;
    }

    private static ProducerRecord<byte[], byte[]> record(Topic topic, String prefix, byte[] value) {
        String key = prefix + UUID.randomUUID();
        return new ProducerRecord<>(topic.text(), key.getBytes(StandardCharsets.UTF_8), value);
    }

    private static byte[] filled(char letter, int bytes) {
        byte[] value = new byte[bytes];
        Arrays.fill(value, (byte) letter);
        return value;
    }
}
