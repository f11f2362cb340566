package dev.saga.lab.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The time that this machine's disk needs to make a small write durable, which is the lower bound of a commit. */
final class Disk {
    private static final int WRITES = 300;
    private static final int BYTES = 4096;

    private Disk() {}

    /** Appends 300 blocks of 4 KiB to a file in this folder and forces each to disk. Returns median and p99 in ms. */
    static Map<String, Double> syncMillis(Path folder) throws IOException {
        Path file = Files.createTempFile(Files.createDirectories(folder), "sync", ".bin");
        var micros = new Histogram(3);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int write = 0; write < WRITES; write++) {
                channel.write(ByteBuffer.allocate(BYTES));
                long since = System.nanoTime();
                channel.force(false);
                micros.recordValue((System.nanoTime() - since) / 1000);
            }
        } finally {
            Files.delete(file);
        }
        return Map.of("p50", micros.getValueAtPercentile(50) / 1000.0, "p99", micros.getValueAtPercentile(99) / 1000.0);
    }
}
