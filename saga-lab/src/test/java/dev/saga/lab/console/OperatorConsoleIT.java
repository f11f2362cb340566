package dev.saga.lab.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Tests the pages of operators in a real browser, which all tests share. */
@Order(RunningSystem.BEHIND_GATEWAY)
class OperatorConsoleIT {
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
