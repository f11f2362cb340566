package dev.saga.lab.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.event.TransactionId;
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
import org.junit.jupiter.api.AfterEach;
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

    /** So that a test that fails does not fail others. */
    @AfterEach
    void discardLetters() {
        for (Participant service : Participant.values()) {
            client.call(service, "GET", "/dead-letters?limit=200", null)
                    .body()
                    .forEach(letter -> client.call(
                            service,
                            "DELETE",
                            "/dead-letters/" + letter.path("id").asLong(),
                            null));
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

    @Test
    void lettersAreFilteredAndReplayedInBulkAfterADryRun() {
        TransactionId mended = mendedLetters();
        var garbage = new TransactionId(UUID.randomUUID());
        system.put("order", garbage.text(), "{ not an event");
        open("fleet");
        browser.awaitText("#letters", "saga " + garbage);
        browser.find("#letterSaga").sendKeys(mended.text());
        browser.click("#filterLetters");
        browser.awaitTextGone("#letters", "saga " + garbage);
        assertThat(browser.text("#letters")).contains("saga " + mended);

        browser.click("#replayAll");
        browser.awaitText("#dryRun", "inventory-service: ");
        assertThat(browser.text("#dryRun")).contains(" of 1 saga").doesNotContain("payment-service");
        browser.click("dialog button:last-child");
        assertThat(letters(Participant.INVENTORY, mended)).isNotEmpty();
        browser.click("#replayAll");
        confirm("réparé");
        browser.awaitText("#bulkState", " replayed.");
        browser.awaitText("#letters", "No dead letter matches.");
        assertThat(letters(Participant.INVENTORY, mended)).isEmpty();
        assertThat(audit(Participant.INVENTORY))
                .anyMatch(
                        entry -> entry.startsWith("dead-letter.replay replayed ") && entry.endsWith("because réparé"));

        browser.find("#letterSaga").clear();
        browser.find("#letterReason").sendKeys("not JSON");
        browser.click("#replayAll");
        confirm("a try");
        browser.awaitText("#bulkState", " stopped at a letter that failed again.");
        assertThat(browser.text("#bulkFailures")).contains("saga " + garbage);
        discardAlthoughAnotherOperatorIsFaster(garbage);
    }

    @Test
    void anOrderIsFoundByItsStateByItsUserAndByItsId() {
        String user = "sue-" + UUID.randomUUID().toString().substring(0, 8);
        client.gateway("APPROVE");
        client.inventory("POST", "/relay/pause", "{\"reason\":\"an order stays PENDING\"}")
                .expect(200);
        String order;
        try {
            order = place(user);
            search("#orderStatus", "PENDING");
            browser.awaitText("#orders", order);
            assertThat(browser.text("#orders")).contains("of " + user);
            search("#orderId", order);
            browser.awaitText("#status", "PENDING");
            assertThat(browser.address()).endsWith("/#/saga/" + user + "/" + order);
        } finally {
            resume(Participant.INVENTORY, "the order is found");
        }
        browser.awaitText("#status", "CONFIRMED");
        search("#orderUser", user);
        browser.awaitText("#found", "Orders of " + user + ": 1 of the 1 searched.");
        browser.find("#orderStatus").sendKeys("CANCELLED");
        browser.click("#find");
        browser.awaitText("#found", "Orders of " + user + " that are CANCELLED: 0 of the 1 searched.");
        browser.find("#orderStatus").sendKeys("CONFIRMED");
        browser.click("#find");
        browser.click("#orders a");
        browser.awaitText("#status", "CONFIRMED");
        String unknown = UUID.randomUUID().toString();
        search("#orderId", unknown);
        browser.awaitText("#found", "There is no order " + unknown + ".");
        search("#orderStatus", "CANCELLED");
        browser.awaitText("#found", "Final orders are listed by user only");
    }

    @Test
    void anOperatorCancelsAnOrderWithAReason() {
        client.gateway("APPROVE");
        String order = place("ann");
        open("saga/ann/" + order);
        browser.awaitText("#status", "CONFIRMED");
        browser.click("#cancelAsOperator");
        browser.click("dialog button:last-child");
        assertThat(client.get("ann", order).text("status")).isEqualTo("CONFIRMED");
        browser.click("#cancelAsOperator");
        browser.click("dialog button.danger");
        assertThat(browser.all("dialog[open]")).as("a cancel needs a reason").hasSize(1);
        confirm("the card was stolen – “Karte”");
        browser.awaitText("#status", "CANCELLED");
        browser.awaitText(".status", "because of CANCELLED_BY_OPERATOR");
        browser.awaitText(".told", "the order is cancelled");
        assertThat(browser.find("#cancelAsOperator").isEnabled()).isFalse();
        assertThat(audit(Participant.ORDER))
                .anyMatch(entry ->
                        entry.startsWith("saga.cancel ") && entry.endsWith("because the card was stolen – “Karte”"));
    }

    @Test
    void theCurvesAddTheBucketsOfAllInstances() {
        open("fleet");
        Object points = browser.script("""
                const bucket = (le) => `saga_orders_duration_seconds_bucket{outcome="confirmed",le="${le}"}`;
                const member = (address, quick, slow, refused, lag) => ({address, ready: true, meters: {
                  [bucket('0.1')]: quick, [bucket('1.0')]: quick + slow, [bucket('+Inf')]: quick + slow,
                  'saga_http_refusals_total{reason="over-capacity"}': refused,
                  saga_outbox_age_seconds: lag / 2, saga_inbox_lag: lag}});
                const fleet = (...instances) => [{name: 'order-service', instances}];
                return import('/console/series.js').then(({series, quantile, sagasPerSecond, refusedPerSecond}) => {
                  const kept = series();
                  kept.look(fleet(member('one', 100, 0, 0, 4), member('two', 50, 7, 5, 2)), 0);
                  kept.look(fleet(member('one', 190, 0, 10, 4), member('two', 50, 17, 5, 2)), 10000);
                  kept.look(fleet(member('one', 0, 20, 0, 6), {address: 'two', ready: false, meters: {}}), 20000);
                  const points = kept.points.map((point) => [sagasPerSecond(point), quantile(0.5, point.counts),
                    quantile(0.99, point.counts), refusedPerSecond(point), point.age, point.lag]
                    .map((value) => Math.round(100 * value) / 100).join(' '));
                  for (let second = 21; second < 2000; second++) {
                    kept.look(fleet(member('one', 0, 20, 0, 6)), 1000 * second);
                  }
                  return [...points, kept.points.length].join(', ');
                });
                """);
        assertThat(points)
                .as("second, median, p99, refused, age and lag of two points; the second after a restart; the bound")
                .isEqualTo("10 0.06 0.91 1 2 6, 2 0.55 0.99 0 3 6, 180");
    }

    @Test
    void theFleetPageDrawsWhatItGathers() {
        client.gateway("APPROVE");
        open("fleet");
        browser.awaitText("#curve-sagas", "at most");
        place("ann");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.text("#curve-sagas")).containsPattern("at most (0\\.)?[1-9]"));
        browser.awaitText("#curve-p99", "at most");
        assertThat(browser.all("#curve-sagas polyline, #curve-p99 polyline, #curve-lag polyline"))
                .hasSize(3);
        assertThat(browser.find("#curve-p99 svg").getAttribute("aria-label"))
                .contains("Final after, p99 over the last 15 minutes");
    }

    @Test
    void anOperatorFindsAndCancelsTheOrderOfAnotherUserWhoseEventsStayHidden() {
        RunningSystem secured = RunningSystem.secured();
        String operator = secured.stack.issuer().token("olga", List.of("ops"), Duration.ofMinutes(5));
        SagaClient ann = secured.client().with(secured.stack.issuer().token("ann", List.of(), Duration.ofMinutes(5)));
        String product = "C-" + UUID.randomUUID().toString().substring(0, 8);
        secured.client().with(operator).stock(product, 10, 10);
        String order = Objects.requireNonNull(ann.submitAndWait("ann", "{\"productId\":\"" + product + "\",\"qty\":1}")
                .text("orderId"));
        browser.open(secured.stack.gateway().url() + "/#/search/" + order);
        browser.find("#token").sendKeys(operator);
        browser.click("#who button");
        browser.awaitText("#status", "CONFIRMED");
        browser.awaitText("#notice", "Only ann can read the lines and events of this order.");
        browser.click("#cancelAsOperator");
        confirm("the card was stolen");
        browser.awaitText(".status", "because of CANCELLED_BY_OPERATOR");
        await().atMost(PATIENCE)
                .until(() -> "CANCELLED".equals(ann.get("ann", order).text("status")));
    }

    /** Opens the search and looks for one thing. */
    private void search(String field, String text) {
        open("search");
        browser.find(field).sendKeys(text);
        browser.click("#find");
    }

    /** Another operator discards a letter that this page still shows; then the page discards the same one of payment-svc. */
    private void discardAlthoughAnotherOperatorIsFaster(TransactionId saga) {
        long id = letters(Participant.INVENTORY, saga).getFirst();
        browser.click("#letters details summary");
        browser.find("#letters details[open]");
        client.inventory("DELETE", "/dead-letters/" + id, null).expect(204);
        browser.click("[aria-label='Replay letter " + id + " of inventory-service']");
        browser.awaitText("#notice", "There is no dead letter " + id + ".");
        browser.awaitTextGone("#letters", "inventory-service");
        browser.click("[aria-label$='of payment-service'].danger");
        confirm("garbage");
        browser.awaitText("#letters", "No dead letter matches.");
        assertThat(letters(Participant.PAYMENT, saga)).isEmpty();
        assertThat(audit(Participant.PAYMENT)).first().isEqualTo("dead-letter.discard discarded because garbage");
    }

    @Test
    void aBulkReplayGoesOnUntilNothingIsLeftOrUntilItIsStopped() {
        open("fleet");
        browser.awaitText("#letters", "No dead letters");
        fakeReplays(3);
        browser.click("#replayAll");
        browser.awaitText("#dryRun", "inventory-service: 10 letters of 1 saga, and further sagas");
        confirm("three calls");
        browser.awaitText("#bulkState", "15 letters replayed.");
        assertThat(browser.script("return window.afters.join()"))
                .as("each call continues where the one before it ended")
                .isEqualTo("0,10,20");

        fakeReplays(1_000_000);
        browser.click("#replayAll");
        confirm("very many");
        browser.awaitText("#bulkState", "replayed so far.");
        browser.click("#stopReplay");
        browser.awaitText("#bulkState", "Stopped by you");
        long called = calls();
        await().atMost(PATIENCE)
                .during(Duration.ofSeconds(1))
                .until(() -> calls() == called && !browser.find("#stopReplay").isDisplayed());
    }

    /** Lets the page see {@code calls} replays of inventory-svc; each but the last says that further sagas match. */
    private static void fakeReplays(int calls) {
        browser.script("""
                const [last] = arguments;
                const real = window.realFetch || window.fetch;
                window.realFetch = real;
                window.afters = [];
                const answer = (dryRun, count, next) => Response.json({dryRun, letters: 10, replayed: count, next, more: next !== null,
                  sagas: [{transactionId: null, firstId: 1, letters: 10, replayed: count, stoppedAt: null, reason: null}]});
                window.fetch = async (path, options) => {
                  if (path !== '/inventory-service/dead-letters/replay') {
                    return real(path, options);
                  }
                  const {dryRun, after} = JSON.parse(options.body);
                  if (dryRun) {
                    return answer(true, 0, 10);
                  }
                  window.afters.push(after);
                  const next = window.afters.length < last ? 10 * window.afters.length : null;
                  await new Promise((wake) => setTimeout(wake, 100));
                  return answer(false, 5, next);
                };
                """, calls);
    }

    private static long calls() {
        return (long) Objects.requireNonNull(browser.script("return window.afters.length"));
    }

    /** Parks letters of a confirmed order behind garbage, and discards the garbage, so that a replay succeeds. */
    private TransactionId mendedLetters() {
        client.gateway("APPROVE");
        var saga = TransactionId.of(place("ann"));
        await().atMost(PATIENCE)
                .until(() -> "CONFIRMED".equals(client.get("ann", saga.text()).text("status")));
        system.put("order", saga.text(), "{ not an event");
        system.wire.repeat("order", saga);
        await().atMost(PATIENCE)
                .until(() -> letters(Participant.INVENTORY, saga).size() > 1
                        && letters(Participant.PAYMENT, saga).size() == 1);
        for (Participant service : List.of(Participant.INVENTORY, Participant.PAYMENT)) {
            long garbage = letters(service, saga).getFirst();
            client.call(service, "DELETE", "/dead-letters/" + garbage, null).expect(204);
        }
        return saga;
    }

    /** Returns the ids of the dead letters of a saga, oldest first. */
    private List<Long> letters(Participant service, TransactionId saga) {
        return client.call(service, "GET", "/dead-letters?transactionId=" + saga, null)
                .expect(200)
                .body()
                .valueStream()
                .map(letter -> letter.path("id").asLong())
                .toList();
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
