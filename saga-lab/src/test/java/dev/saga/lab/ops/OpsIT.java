package dev.saga.lab.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.event.TransactionId;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** Runs the operators' commands against a system behind its gateway. */
@Order(RunningSystem.BEHIND_GATEWAY)
class OpsIT {
    private final RunningSystem system = RunningSystem.behindGateway();
    private final SagaClient client = system.client();

    private record Ended(int code, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    private Ended ops(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = new CommandLine(new OpsCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(
                                Stream.of(arguments),
                                Stream.of("--gateway", system.stack.gateway().url()))
                        .toArray(String[]::new));
        return new Ended(code, out.toString(), err.toString());
    }

    @Test
    void cancelsAnOrderAndTheAuditSaysWhy() {
        String product = "O-" + UUID.randomUUID().toString().substring(0, 8);
        client.gateway("APPROVE");
        client.stock(product, 10, 10);
        String id = String.valueOf(client.submitAndWait("olga", "{\"productId\":\"" + product + "\",\"qty\":1}")
                .text("orderId"));

        assertThat(ops("cancel", id).code).isEqualTo(2);
        assertThat(ops("cancel", id, "--reason", "the card was stolen").out).contains("CANCELLED_BY_OPERATOR");
        Ended audit = ops("audit", "order-svc");
        assertThat(audit.lines().getFirst()).startsWith("time").endsWith("result");
        assertThat(audit.lines())
                .anyMatch(line -> line.contains(id) && line.contains("saga.cancel") && line.contains("stolen"));
        await().untilAsserted(() ->
                assertThat(ops("nudge", id).err).isEqualTo("409 The saga is final: there is nothing to nudge.\n"));
        assertThat(ops("nudge", id).code).isEqualTo(1);
    }

    @Test
    void replaysLettersAfterADryRun() {
        var saga = new TransactionId(UUID.randomUUID());
        system.put("order", saga.text(), "no event");
        await().untilAsserted(() -> assertThat(
                        ops("letters", "inventory-svc", "--saga", saga.text()).lines())
                .hasSize(2)
                .last()
                .asString()
                .contains("not JSON"));

        Ended dry = ops("replay", "inventory-svc", "--saga", saga.text());
        assertThat(dry.code).isZero();
        assertThat(dry.out).contains("1 letters of 1 sagas; nothing was done: repeat it with --apply.");
        Ended applied = ops("replay", "inventory-svc", "--saga", saga.text(), "--apply", "--reason", "a try");
        assertThat(applied.code).as("the letter fails again").isEqualTo(1);
        assertThat(applied.out).contains("0 replayed.");

        String json = ops("letters", "inventory-svc", "--saga", saga.text(), "--json").out;
        long id = JsonMapper.shared().readTree(json).path(0).path("id").asLong();
        assertThat(ops("discard", "inventory-svc", Long.toString(id), "--reason", "garbage").out)
                .isEqualTo("Done.\n");
        assertThat(ops("letters", "inventory-svc", "--saga", saga.text()).lines())
                .hasSize(1);
    }

    @Test
    void pausesAndResumesARelay() {
        assertThat(ops("pause", "payment-svc", "--reason", "a rehearsal").out).contains("true");
        assertThat(ops("relay", "payment-svc").lines())
                .hasSize(2)
                .last()
                .asString()
                .endsWith("true");
        assertThat(ops("resume", "payment-svc").lines()).last().asString().endsWith("false");
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(ops("sagas", "--status", "CONFIRMED"))
                .isEqualTo(new Ended(1, "", "400 status: must be PENDING or CANCELLING\n"));
        assertThat(ops("letters", "shipping-svc").code).isEqualTo(2);
        assertThat(ops("letters", "shipping-svc").err).contains("There is no service shipping-svc");
        Ended none = ops("sagas", "--older-than", "PT1000H");
        assertThat(none.code).isZero();
        assertThat(none.lines()).hasSize(1);
        client.order("POST", "/sagas/" + UUID.randomUUID() + "/nudge", null, Map.of())
                .expect(404);
        assertThat(ops("nudge", "no-id").code).isEqualTo(1);
    }
}
