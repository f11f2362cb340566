package dev.saga.lab;

import dev.saga.local.LocalInfra;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code infra}: broker and database alone, for whatever else wants to use them. */
@Command(name = "infra", description = "Broker and database alone, until Ctrl-C.", mixinStandardHelpOptions = true)
final class InfraCommand implements Callable<Integer> {
    @Mixin
    private final Surroundings surroundings = new Surroundings();

    @Override
    public Integer call() throws InterruptedException {
        LocalInfra infra = surroundings.startInfra();
        String brokers = infra.brokers().stream()
                .map(broker -> "kafka:" + broker.process().pid())
                .collect(Collectors.joining(","));
        System.out.println("KAFKA=" + infra.kafka());
        System.out.println("MARIADB=" + infra.mariaDb());
        System.out.println("MARIADB_USER=" + infra.mariaDbUser());
        System.out.println("MARIADB_PASSWORD=" + infra.mariaDbPassword());
        System.out.println(
                "PIDS=" + brokers + ",maria:" + infra.database().process().pid());
        Surroundings.untilInterrupted();
        return 0;
    }
}
