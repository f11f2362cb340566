package dev.saga.lab.ops;

import dev.saga.events.Participant;
import dev.saga.lab.probe.SagaClient.Answer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ops}: the operators' verbs. Exit code 0: done; 1: refused, failed or not complete; 2: a wrong command line. */
@Command(
        name = "ops",
        description = "Lists and repairs what is stuck in a running system, through its HTTP routes for operators.",
        footer = {
            "",
            "Exit code 0: done; 1: refused, failed or not complete; 2: a wrong command line.",
            "Every change is in the audit of its service, with the token's subject and the reason."
        },
        mixinStandardHelpOptions = true)
public final class OpsCommand extends OpsCalls {
    private static final String ALL_SERVICES = "order-svc, inventory-svc or payment-svc";

    @Command(name = "sagas", description = "Lists sagas that are not final.", mixinStandardHelpOptions = true)
    int sagas(
            @Option(
                            names = "--status",
                            paramLabel = "STATUS",
                            defaultValue = "PENDING",
                            description = "PENDING or CANCELLING (default: PENDING).")
                    String status,
            @Option(
                            names = "--older-than",
                            paramLabel = "DURATION",
                            defaultValue = "PT0S",
                            description = "Without progress for this long, for instance PT30S.")
                    Duration olderThan) {
        return print(
                get(
                        Participant.ORDER,
                        "/sagas",
                        Map.of("status", status, "olderThan", olderThan.toString(), "limit", "200")),
                "transactionId",
                "userId",
                "status",
                "cancelReason",
                "nudges",
                "createdAt",
                "updatedAt");
    }

    @Command(name = "nudge", description = "Publishes the last event of a saga again.", mixinStandardHelpOptions = true)
    int nudge(
            @Parameters(paramLabel = "TRANSACTION_ID", description = "The order's id.") String id,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit.") @Nullable String reason) {
        return print(
                change(Participant.ORDER, "POST", "/sagas/" + encoded(id) + "/nudge", null, reason),
                "transactionId",
                "status",
                "nudges");
    }

    @Command(name = "cancel", description = "Cancels an order, whoever it belongs to.", mixinStandardHelpOptions = true)
    int cancel(
            @Parameters(paramLabel = "TRANSACTION_ID", description = "The order's id.") String id,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the audit.")
                    String reason) {
        return print(
                change(Participant.ORDER, "POST", "/sagas/" + encoded(id) + "/cancel", null, reason),
                "transactionId",
                "status",
                "cancelReason");
    }

    @Command(name = "letters", description = "Lists dead letters.", mixinStandardHelpOptions = true)
    int letters(
            @Parameters(paramLabel = "SERVICE", description = ALL_SERVICES) String service,
            @Option(names = "--saga", paramLabel = "TRANSACTION_ID", description = "Only those of one saga.") @Nullable String saga,
            @Option(names = "--matching", paramLabel = "TEXT", description = "Only those whose reason contains TEXT.")
                    @Nullable String matching,
            @Option(
                            names = "--after",
                            paramLabel = "ID",
                            defaultValue = "0",
                            description = "Only those with a greater id.")
                    long after) {
        return print(
                get(
                        named(service),
                        "/dead-letters",
                        filter(saga, matching, Map.of("after", Long.toString(after), "limit", "200"))),
                "id",
                "transactionId",
                "topic",
                "partition",
                "offset",
                "time",
                "reason");
    }

    @Command(
            name = "replay",
            description = {
                "Replays dead letters, saga by saga, each from its first letter.",
                "Without --apply it only says what it would do. With it, it asks for 200 sagas at a time until",
                "each was tried once; Ctrl-C stops it, and the same command continues."
            },
            mixinStandardHelpOptions = true)
    int replay(
            @Parameters(paramLabel = "SERVICE", description = ALL_SERVICES) String service,
            @Option(names = "--saga", paramLabel = "TRANSACTION_ID", description = "Only those of one saga.") @Nullable String saga,
            @Option(names = "--matching", paramLabel = "TEXT", description = "Only those whose reason contains TEXT.")
                    @Nullable String matching,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit.") @Nullable String reason,
            @Option(
                            names = "--after",
                            paramLabel = "ID",
                            defaultValue = "0",
                            description = "Only sagas whose first letter has a greater id.")
                    long after,
            @Option(names = "--apply", description = "Replay them.") boolean apply) {
        Answer answer;
        var replay = new Replay();
        do {
            ObjectNode body =
                    JsonMapper.shared().createObjectNode().put("dryRun", !apply).put("after", after);
            filter(saga, matching, Map.of()).forEach(body::put);
            answer = change(named(service), "POST", "/dead-letters/replay", body.toString(), reason);
            int code = print(answer, answer.body().path("sagas"), Replay.FIELDS);
            if (code != 0) {
                return code;
            }
            after = replay.add(answer.body());
            if (apply && after > 0) {
                line().getErr().println(replay.progress());
            }
        } while (apply && after > 0);
        if (!json) {
            out().println("\n" + replay.summary(apply, after));
        }
        return replay.stopped() ? 1 : 0;
    }

    @Command(name = "discard", description = "Discards one dead letter for good.", mixinStandardHelpOptions = true)
    int discard(
            @Parameters(paramLabel = "SERVICE", description = ALL_SERVICES) String service,
            @Parameters(paramLabel = "ID", description = "The letter's id.") long id,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the audit.")
                    String reason) {
        return print(change(named(service), "DELETE", "/dead-letters/" + id, null, reason));
    }

    @Command(
            name = "relay",
            description = "Shows who publishes the events of a service.",
            mixinStandardHelpOptions = true)
    int relay(@Parameters(paramLabel = "SERVICE", description = ALL_SERVICES) String service) {
        return relay(get(named(service), "/relay", Map.of()));
    }

    @Command(
            name = "pause",
            description = "Stops the publishing of a service's events until resume.",
            mixinStandardHelpOptions = true)
    int pause(
            @Parameters(paramLabel = "SERVICE", description = ALL_SERVICES) String service,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the audit.")
                    String reason) {
        return relay(change(named(service), "POST", "/relay/pause", null, reason));
    }

    @Command(name = "resume", description = "Publishes the events of a service again.", mixinStandardHelpOptions = true)
    int resume(
            @Parameters(paramLabel = "SERVICE", description = ALL_SERVICES) String service,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit.") @Nullable String reason) {
        return relay(change(named(service), "POST", "/relay/resume", null, reason));
    }

    private int relay(Answer answer) {
        return print(answer, "shard", "leader", "leadsSince", "depth", "oldestMillis", "paused");
    }

    @Command(name = "audit", description = "Lists what operators did, newest first.", mixinStandardHelpOptions = true)
    int audit(@Parameters(paramLabel = "SERVICE", description = ALL_SERVICES) String service) {
        return print(
                get(named(service), "/audit", Map.of("limit", "200")),
                "time",
                "subject",
                "action",
                "target",
                "reason",
                "result");
    }
}
