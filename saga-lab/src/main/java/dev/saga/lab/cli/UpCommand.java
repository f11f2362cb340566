package dev.saga.lab.cli;

import dev.saga.events.Participant;
import dev.saga.lab.reporting.Reporting;
import dev.saga.lab.stack.Issuer;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LabOptions;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Plan;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.lab.traces.TraceCollector;
import dev.saga.lab.traces.TraceCommand;
import dev.saga.local.LocalInfra;
import dev.saga.local.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code up}: runs the system until Ctrl-C. */
@Command(name = "up", description = "Runs the system until Ctrl-C.", mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    private static final Duration LIFETIME = Duration.ofHours(12);

    @Spec
    @Nullable CommandSpec spec;

    @Mixin
    private final LabOptions labOptions = new LabOptions();

    @Option(
            names = "--instances",
            paramLabel = "SERVICE=N",
            split = ",",
            description = "Instances of a service (default: 1), for instance order-svc=2,payment-svc=2; repeatable.")
    private Map<String, Integer> instances = Map.of();

    @Option(names = "--set", paramLabel = "K=V", description = "Set a Spring property in all services; repeatable.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = "--aot",
            description = "Start the services from caches of their classes; the first start creates the caches.")
    private boolean aot;

    @Option(
            names = "--secured",
            description = "Require a token from every caller; print a token of a user and one of an operator.")
    private boolean secured;

    @Option(
            names = "--connect",
            description = "Also run Kafka Connect, which keeps all orders in the table reporting.orders of MariaDB.")
    private boolean connect;

    @Option(
            names = "--traces",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "",
            description = "Write the spans of all sagas to FILE (default: " + TraceCommand.DEFAULT
                    + " in the folder of the data), for the command trace.")
    private @Nullable Path traces;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write addresses, ports, process ids and passwords to FILE, which only you can read.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println("Starting, logs in " + labOptions.logs());
        LocalInfra infra = labOptions.startInfra();
        Map<String, String> tracing = traces == null ? Map.of() : startCollector(traces);
        Plan plan = new Plan(planned(), true, "", allSettings(tracing), aot ? Jvm.AHEAD_OF_TIME : Jvm.USUAL)
                .behindGateway()
                .onPostgreSql(labOptions.onPostgreSql());
        LocalStack stack = LocalStack.start(
                infra, secured ? plan.securedBy(Issuer.start()) : plan, labOptions.logs(), LabOptions::printLine);
        LabOptions.atExit(stack::close);
        Map<String, Object> connected = connect ? startReporting(infra) : Map.of();
        Map<String, String> tokens = secured ? tokens(stack.issuer()) : Map.of();
        if (json != null) {
            Map<String, Object> all = Description.of(infra, stack);
            all.put("tokens", tokens);
            all.put("connect", connected);
            Secrets.write(json, JsonMapper.shared().writeValueAsString(all));
        }
        printAddresses(infra, stack);
        tokens.forEach((who, token) -> System.out.printf("  Token of %s, for 12 hours:%n%s%n%n", who, token));
        LabOptions.untilInterrupted();
        return 0;
    }

    private Map<Participant, Integer> planned() {
        try {
            return Plan.named(instances);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), wrong.getMessage());
        }
    }

    private Map<String, String> startCollector(Path chosen) {
        Path file = chosen.toString().isEmpty() ? labOptions.folder().resolve(TraceCommand.DEFAULT) : chosen;
        TraceCollector collector = TraceCollector.start(file);
        LabOptions.atExit(collector::close);
        LabOptions.printLine("Traces in " + file + "; print one: ./saga trace TRANSACTION_ID --from " + file);
        return collector.settings();
    }

    private Map<String, String> allSettings(Map<String, String> tracing) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(tracing);
        if (connect) {
            all.putAll(Reporting.SETTINGS);
        }
        return all;
    }

    private Map<String, Object> startReporting(LocalInfra infra) {
        Reporting reporting = Reporting.start(infra, labOptions.logs(), LabOptions::printLine);
        LabOptions.atExit(reporting::close);
        return reporting.describe();
    }

    private static Map<String, String> tokens(Issuer issuer) {
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("ann", issuer.token("ann", List.of(), LIFETIME));
        tokens.put("operator", issuer.token("operator", List.of("ops"), LIFETIME));
        return tokens;
    }

    /** Prints the addresses of all parts. */
    static void printAddresses(LocalInfra infra, LocalStack stack) {
        System.out.println();
        System.out.printf("  %-16s %s/%n", "Console", stack.gateway().url());
        for (ServiceProcess instance : stack.processes()) {
            System.out.printf("  %-16s %s%n", instance.name(), instance.url());
        }
        System.out.printf("  %-16s %s%n", "Kafka", infra.kafka());
        System.out.printf("  %-16s %s, user %s%n", "MariaDB", infra.mariaDb(), infra.mariaDbUser());
        if (infra.hasPostgreSql()) {
            System.out.printf("  %-16s %s, user %s%n", "PostgreSQL", infra.postgreSql(), infra.postgreSqlUser());
        }
        System.out.println();
    }
}
