package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Tests one user whose sagas do not end, next to other users. */
@Order(RunningSystem.ON_SOLO_ORDER)
class ShareIT {
    private static final String GREEDY = "greedy";
    private static final String BODY = "{\"productId\":\"BOOK\",\"qty\":1}";
    private static final Map<String, String> KEY = Map.of("Idempotency-Key", "early");

    private final RunningSystem system = RunningSystem.soloOrder();
    private final SagaClient client = system.client();

    @AfterEach
    void forget() throws SQLException {
        sql("UPDATE orders SET status = 'CANCELLED', due_at = NULL WHERE user_id = '" + GREEDY + "'");
    }

    @Test
    void aKnownKeyWorksWhileNewOrdersOfItsUserAreRefusedAndOrdersOfOthersAreAccepted() throws SQLException {
        Answer early = client.submit(GREEDY, BODY, KEY).expect(201);
        await("refused").atMost(Duration.ofMinutes(1)).pollDelay(Duration.ZERO).until(() -> {
            for (int i = 0; i < 100; i++) {
                if (client.submit(GREEDY, BODY, Map.of()).status() == 503) {
                    return true;
                }
            }
            return false;
        });
        Answer again = client.submit(GREEDY, BODY, KEY).expect(200);
        assertThat(again.text("orderId")).isEqualTo(early.text("orderId"));
        assertThat(again.header("idempotency-replayed")).isEqualTo("true");
        client.submit(GREEDY, BODY.replace("1}", "2}"), KEY).expect(422);
        Answer refused =
                client.submit(GREEDY, BODY, Map.of("Idempotency-Key", "late")).expect(503);
        assertThat(refused.header("retry-after")).isNotNull();
        client.submit("modest", BODY, Map.of()).expect(201);
        sql("DELETE FROM orders WHERE order_id = '" + early.text("orderId") + "'");
        Answer gone = client.submit(GREEDY, BODY, KEY).expect(410);
        assertThat(gone.text("type")).isEqualTo("urn:saga:problem:order-gone");
    }

    private void sql(String statement) throws SQLException {
        try (Connection database = system.stack.databases().connect(Participant.ORDER);
                Statement change = database.createStatement()) {
            change.execute(statement);
        }
    }
}
