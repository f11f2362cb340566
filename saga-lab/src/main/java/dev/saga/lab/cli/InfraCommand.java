package dev.saga.lab.cli;

import dev.saga.lab.stack.LabOptions;
import dev.saga.local.LocalInfra;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code infra}: runs broker and database only, for any other use. */
@Command(name = "infra", description = "Runs broker and database only, until Ctrl-C.", mixinStandardHelpOptions = true)
final class InfraCommand implements Callable<Integer> {
    @Mixin
    private final LabOptions labOptions = new LabOptions();

    @Override
    public Integer call() throws InterruptedException {
        LocalInfra infra = labOptions.startInfra();
        String brokers = infra.brokers().stream()
                .map(broker -> "kafka:" + broker.process().pid())
                .collect(Collectors.joining(","));
        System.out.println("KAFKA=" + infra.kafka());
        System.out.println("MARIADB=" + infra.mariaDb());
        System.out.println("MARIADB_USER=" + infra.mariaDbUser());
        System.out.println("MARIADB_PASSWORD=" + infra.mariaDbPassword());
        String pids = "PIDS=" + brokers + ",maria:" + infra.database().process().pid();
        if (infra.hasPostgreSql()) {
            System.out.println("POSTGRESQL=" + infra.postgreSql());
            System.out.println("POSTGRESQL_USER=" + infra.postgreSqlUser());
            System.out.println("POSTGRESQL_PASSWORD=" + infra.postgreSqlPassword());
            pids += ",postgres:" + infra.otherDatabase().process().pid();
        }
        System.out.println(pids);
        LabOptions.untilInterrupted();
        return 0;
    }
}
