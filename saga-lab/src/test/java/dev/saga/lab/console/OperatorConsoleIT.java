package dev.saga.lab.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests the pages of operators in a real browser, which all tests share. */
@Order(RunningSystem.BEHIND_GATEWAY)
class OperatorConsoleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Browser browser;

    private final RunningSystem system = RunningSystem.behindGateway();
    private final SagaClient client = system.client();
    private final String gateway = system.stack.gateway().url();

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(
                Browser.isInstalled(), "no Chromium: install Debian's packages chromium and chromium-driver");
        browser = Browser.start().withScreen(1200, 900, false);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void theAuditsOfAllServicesAreOneListNewestFirst() {
        resume(Participant.INVENTORY, "the oldest");
        for (int entry = 0; entry < 60; entry++) {
            resume(Participant.PAYMENT, "one of many");
        }
        resume(Participant.ORDER, "the newest");

        open("audit");
        browser.awaitText("#auditState", "50 entries are shown.");
        assertThat(browser.text("#entries tr")).contains("order-service", "relay.resume", "all shards", "the newest");
        assertThat(browser.text("#entries")).contains("one of many").doesNotContain("the oldest");
        browser.click("#more");
        browser.awaitText("#entries", "the oldest");
        assertThat(times()).hasSizeGreaterThan(60).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void theAuditIsForOperatorsOnly() {
        RunningSystem secured = RunningSystem.secured();
        browser.open(secured.stack.gateway().url() + "/#/audit");
        browser.find("#token").sendKeys(secured.stack.issuer().token("olga", List.of(), Duration.ofMinutes(5)));
        browser.click("#who button");
        browser.awaitText("#told", "Signed in as olga.");
        browser.awaitText("#view", "This view is for operators. Sign in with a token that has the role \"ops\".");
    }

    @Test
    void aRelayIsPausedWithAReasonAndResumed() {
        client.gateway("APPROVE");
        open("fleet");
        browser.click("[aria-label='Pause the relay of payment-service']");
        browser.click("dialog button.danger");
        assertThat(browser.all("dialog[open]")).as("a pause needs a reason").hasSize(1);
        confirm("the broker moves");
        String order;
        try {
            browser.awaitText(".alarm", "Paused: payment-service.");
            JsonNode shard = client.payment("GET", "/relay", null).body().path(0);
            assertThat(shard.path("paused").asBoolean()).isTrue();
            assertThat(browser.text("[data-relay=payment-service]"))
                    .contains("paused", shard.path("leader").asString());
            order = place("ann");
            browser.awaitText("[data-relay=payment-service] .depth", "1");
            browser.awaitText("[data-relay=payment-service] .oldest", "s");
            browser.click("[aria-label='Resume the relay of payment-service']");
            confirm("it has moved");
            browser.awaitTextGone("#relays", "Paused");
        } finally {
            client.payment("POST", "/relay/resume", null);
        }
        await().atMost(PATIENCE)
                .until(() -> "CONFIRMED".equals(client.get("ann", order).text("status")));
        assertThat(audit(Participant.PAYMENT))
                .containsSubsequence(
                        "relay.resume resumed because it has moved", "relay.pause paused because the broker moves");
    }

    /** Enters a reason into the open dialog and confirms it. */
    private static void confirm(String reason) {
        browser.find("#why").sendKeys(reason);
        browser.click("dialog button.danger");
    }

    /** Places an order of a new product and returns its id. */
    private String place(String user) {
        String product = "C-" + UUID.randomUUID().toString().substring(0, 8);
        client.stock(product, 10, 10);
        return Objects.requireNonNull(client.submit(user, "{\"productId\":\"" + product + "\",\"qty\":1}", Map.of())
                .expect(201)
                .text("orderId"));
    }

    private List<String> audit(Participant service) {
        return client.call(service, "GET", "/audit?limit=200", null)
                .body()
                .valueStream()
                .map(entry -> entry.path("action").asString() + " "
                        + entry.path("result").asString() + " because "
                        + entry.path("reason").asString(""))
                .toList();
    }

    private void open(String view) {
        browser.open(gateway + "/#/" + view);
    }

    private void resume(Participant service, String reason) {
        client.call(service, "POST", "/relay/resume", null, Map.of("X-Reason", reason))
                .expect(200);
    }

    @SuppressWarnings("unchecked")
    private static List<Instant> times() {
        var texts = (List<String>) Objects.requireNonNull(browser.script(
                "return [...document.querySelectorAll('#entries time')].map((time) => time.getAttribute('datetime'))"));
        return texts.stream().map(Instant::parse).toList();
    }
}
