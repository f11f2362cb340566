package dev.saga.lab.bench;

import dev.saga.events.Participant;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The resources that the system has used so far. The difference of two values is the cost of a period.
 *
 * @param cpuSeconds CPU time per process
 * @param rssMiB current resident memory per process; empty if the operating system does not provide it
 * @param statements statements that the database server has received
 * @param commits explicit commits
 * @param handled events handled, per service
 * @param batches transactions that handled them, per service
 */
record Costs(
        Map<String, Double> cpuSeconds,
        Map<String, Long> rssMiB,
        long statements,
        long commits,
        Map<String, Double> handled,
        Map<String, Double> batches) {

    /** Returns the resources that the target has used; zeros if it runs elsewhere. */
    static Costs of(Target target) {
        Map<String, Double> cpu = new LinkedHashMap<>();
        Map<String, Long> memory = new LinkedHashMap<>();
        target.processes().forEach((name, pids) -> {
            cpu.put(name, pids.stream().mapToDouble(Costs::cpuSeconds).sum());
            if (Files.exists(Path.of("/proc/self/status"))) {
                memory.put(name, pids.stream().mapToLong(Costs::rssMiB).max().orElse(0));
            }
        });
        LocalStack stack = target.stack();
        return stack == null
                ? new Costs(cpu, memory, 0, 0, Map.of(), Map.of())
                : new Costs(
                        cpu,
                        memory,
                        status(stack, "Questions"),
                        status(stack, "Com_commit"),
                        meter(stack, "saga_inbox_batch_events_sum"),
                        meter(stack, "saga_inbox_batch_events_count"));
    }

    Costs since(Costs before) {
        return new Costs(
                minus(cpuSeconds, before.cpuSeconds),
                rssMiB,
                statements - before.statements,
                commits - before.commits,
                minus(handled, before.handled),
                minus(batches, before.batches));
    }

    private static Map<String, Double> minus(Map<String, Double> now, Map<String, Double> before) {
        Map<String, Double> difference = new LinkedHashMap<>();
        now.forEach((name, value) -> difference.put(name, value - before.getOrDefault(name, 0.0)));
        return difference;
    }

    private static double cpuSeconds(long pid) {
        return ProcessHandle.of(pid)
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1000.0;
    }

    private static long rssMiB(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0)
                    / 1024;
        } catch (IOException ended) {
            return 0;
        }
    }

    private static long status(LocalStack stack, String variable) {
        try (Connection connection = stack.databases().connect(Participant.ORDER);
                ResultSet row =
                        connection.createStatement().executeQuery("SHOW GLOBAL STATUS LIKE '" + variable + "'")) {
            row.next();
            return row.getLong(2);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Double> meter(LocalStack stack, String name) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (ServiceProcess instance : stack.instances()) {
            values.merge(instance.program(), instance.meter(name), Double::sum);
        }
        return values;
    }

    /** Returns the mean number of events per transaction of this service; null if it had no transaction. */
    @Nullable Double meanBatch(String service) {
        double transactions = batches.getOrDefault(service, 0.0);
        return transactions == 0 ? null : handled.getOrDefault(service, 0.0) / transactions;
    }
}
