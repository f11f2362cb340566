package dev.saga.lab.cli;

import dev.saga.events.Participant;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.local.LocalInfra;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Addresses, ports, process ids and passwords of a running system, for programs. */
final class Description {
    private Description() {}

    /** Returns one entry per kind of part; more can be added. */
    static Map<String, Object> of(LocalInfra infra, LocalStack stack) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("lab", Map.of("pid", ProcessHandle.current().pid()));
        all.put(
                "kafka",
                infra.brokers().stream()
                        .map(broker -> part(broker.address(), broker.process().pid()))
                        .toList());
        all.put(
                "mariadb",
                database(
                        part(infra.mariaDb(), infra.database().process().pid()),
                        infra.mariaDbUser(),
                        infra.mariaDbPassword()));
        if (infra.hasPostgreSql()) {
            all.put(
                    "postgresql",
                    database(
                            part(
                                    infra.postgreSql(),
                                    infra.otherDatabase().process().pid()),
                            infra.postgreSqlUser(),
                            infra.postgreSqlPassword()));
        }
        for (Participant service : Participant.values()) {
            all.put(
                    service.text(),
                    stack.instances(service).stream().map(Description::service).toList());
        }
        all.put("gateway-svc", List.of(service(stack.gateway())));
        return all;
    }

    private static Map<String, Object> database(Map<String, Object> server, String user, String password) {
        Map<String, Object> part = new LinkedHashMap<>(server);
        part.put("user", user);
        part.put("password", password);
        return part;
    }

    private static Map<String, Object> service(ServiceProcess instance) {
        Map<String, Object> part = new LinkedHashMap<>(
                part("127.0.0.1:" + instance.port(), instance.process().pid()));
        part.put("name", instance.name());
        part.put("url", instance.url());
        part.put("log", instance.process().log().toString());
        return part;
    }

    private static Map<String, Object> part(String address, long pid) {
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        return Map.of("address", address, "port", port, "pid", pid);
    }
}
