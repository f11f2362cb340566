package dev.saga.lab.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.local.process.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Tests the console in a real browser. */
@Order(RunningSystem.BEHIND_GATEWAY)
class ConsoleIT {
    private static final Path SHOTS = Launch.home().resolve("saga-lab/target/screenshots");

    private final RunningSystem system = RunningSystem.behindGateway();
    private final String gateway = system.stack.gateway().url();
    private Browser browser;

    @BeforeEach
    void open() {
        Assumptions.assumeTrue(
                Browser.isInstalled(), "no Chromium: install Debian's packages chromium and chromium-driver");
        browser = Browser.start().withScreen(1200, 900, false);
        browser.open(gateway + "/");
        system.stack.clientOfGateway().gateway("APPROVE");
        browser.awaitText("#shelf", "The ");
        if (browser.text("#shelf").contains("The shelf is empty")) { // only in the first test
            browser.click("#stockBooks");
        }
        browser.awaitText("#shelf", "The Hobbit");
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void anOrderPlacedInTheShopIsShownAsConfirmed() {
        String before = available("CATALOG-002");
        browser.find("#order [name=product]").sendKeys("The Hobbit");
        WebElement quantity = browser.find("#order [name=qty]");
        quantity.clear();
        quantity.sendKeys("3");
        browser.click("#order button.primary");
        browser.awaitText("#status", "CONFIRMED");
        assertThat(drawn())
                .containsExactly("ORDER_CREATED", "INVENTORY_RESERVED", "PAYMENT_COMPLETED", "ORDER_CONFIRMED");
        browser.open(gateway + "/#/shop");
        browser.awaitText("[data-product=CATALOG-002] .available", String.valueOf(Integer.parseInt(before) - 3));
    }

    @Test
    void aBrowserThatBlocksStorageShowsAnOrderToo() {
        browser.withoutStorage().open(gateway + "/");
        browser.awaitText("#shelf", "The Hobbit");
        browser.find("#order [name=product]").sendKeys("The Hobbit");
        browser.click("#order button.primary");
        browser.awaitText("#status", "CONFIRMED");
    }

    @Test
    void theRollbackOfADeclinedOrderIsDrawnAndDescribed() {
        browser.click("#rollback");
        browser.awaitText("#status", "CANCELLED");
        browser.awaitText(".told", "the order is cancelled");
        assertThat(drawn())
                .startsWith("ORDER_CREATED", "INVENTORY_RESERVED", "PAYMENT_FAILED", "ORDER_CANCEL")
                .contains("INVENTORY_RELEASED", "ORDER_CANCELLED");
        // order-svc does not wait for this event, so it may arrive after the end
        await().atMost(Duration.ofSeconds(30)).until(() -> drawn().contains("PAYMENT_VOIDED"));
        browser.click("[data-type=INVENTORY_RELEASED]");
        browser.awaitText("#detail pre", "\"type\": \"INVENTORY_RELEASED\"");
        browser.awaitText("#detail pre", "\"unit_price\": ");
        browser.click("#detail button.text");
        browser.awaitText("#detail pre", "\"type\": \"ORDER_CANCEL\"");
        browser.awaitText("#detail pre", "\"reason\": \"PAYMENT_DECLINED\"");
        browser.open(gateway + "/#/shop");
        browser.awaitText("#meaning", "Every card is charged.");
    }

    @Test
    void twoWindowsThatShowARollbackAtOnceDoNotChangeTheSwitch() {
        system.stack.clientOfGateway().gateway("FLAKY");
        try (Browser other = Browser.start().withScreen(1200, 900, false)) {
            other.open(gateway + "/");
            other.awaitText("#shelf", "The Hobbit");
            browser.click("#rollback");
            other.click("#rollback");
            for (Browser window : List.of(browser, other)) {
                window.awaitText("#status", "CANCELLED");
                assertThat(mode()).isEqualTo("FLAKY");
            }
        }
    }

    @Test
    void twoRestocksAtOnceBothAddToTheStock() {
        int before = Integer.parseInt(available("CATALOG-003").replaceAll("\\D", ""));
        browser.script("""
                const button = document.querySelector("[aria-label='Add 100 of Roverandom']");
                button.click();
                button.click();
                """);
        browser.awaitText("[data-product=CATALOG-003] .available", String.valueOf(before + 200));
    }

    @Test
    void theSwitchDeclinesPaymentsAndAFinishedSagaCanBeReplayed() {
        browser.click("label[for=mode-DECLINE]");
        browser.awaitText("#meaning", "declined");
        assertThat(mode()).isEqualTo("DECLINE");
        browser.click("#order button.primary");
        browser.awaitText("#status", "CANCELLED");
        int all = drawn().size();
        browser.click("#replay");
        await().atMost(Duration.ofSeconds(30)).until(() -> drawn().size() < all);
        await().atMost(Duration.ofSeconds(30)).until(() -> drawn().size() >= all);
    }

    @Test
    void theConsoleCanBeUsedWithTheKeyboardAlone() {
        browser.tabTo("#mode-APPROVE");
        browser.press(Keys.ARROW_RIGHT);
        browser.awaitText("#meaning", "declined");
        browser.press(Keys.ARROW_LEFT);
        browser.awaitText("#meaning", "Every card is charged.");
        browser.open(gateway + "/");
        browser.awaitText("#shelf", "The Hobbit");
        browser.tabTo("#order [name=qty]");
        browser.tabTo("#order button.primary");
        browser.press(Keys.ENTER);
        browser.awaitText("#status", "CONFIRMED");
        browser.tabTo("[data-type=PAYMENT_COMPLETED]");
        browser.press(Keys.ENTER);
        browser.awaitText("#detail pre", "PAYMENT_COMPLETED");
    }

    @ParameterizedTest
    @CsvSource({"light,1200,900,false", "dark,1200,900,true", "phone,390,844,false"})
    void everyPageFitsTheScreenAndHasNoSeriousAccessibilityFault(String look, int width, int height, boolean dark) {
        browser.withScreen(width, height, dark);
        browser.open(gateway + "/");
        browser.awaitText("#shelf", "The Hobbit");
        check("shop", look);
        browser.click("#order button.primary");
        browser.awaitText("#status", "CONFIRMED");
        check("saga-paid", look);
        browser.open(gateway + "/");
        browser.awaitText("#shelf", "The Hobbit");
        browser.click("#rollback");
        browser.awaitText("#status", "CANCELLED");
        check("saga-rolled-back", look);
        browser.open(gateway + "/#/fleet");
        browser.awaitText(".figures", "Confirmed since the start");
        browser.awaitText("#letters", "No dead letters");
        browser.awaitText("#curve-lag", "at most");
        check("fleet", look);
        browser.open(gateway + "/#/audit");
        browser.awaitTextGone("#auditState", "Reading");
        check("audit", look);
        browser.open(gateway + "/#/search//ann");
        browser.awaitText("#found", "Orders of ann");
        check("search", look);
    }

    @Test
    void aPageReportsALostConnectionAndRecovers() {
        system.stack
                .clientOfGateway()
                .gateway("UNAVAILABLE"); // so that the saga does not end before the page has recovered
        browser.click("#order button.primary");
        browser.awaitText(".told", "inventory-svc holds the stock");
        List<ServiceProcess> instances = system.stack.instances(Participant.ORDER);
        instances.forEach(instance -> instance.process().kill());
        try {
            browser.awaitText("#link", "Connection lost");
        } finally {
            instances.forEach(ServiceProcess::restart);
            instances.forEach(ServiceProcess::awaitReady);
            system.stack.clientOfGateway().gateway("APPROVE");
        }
        browser.awaitFinal();
        assertThat(drawn()).last().asString().isIn("ORDER_CONFIRMED", "ORDER_CANCELLED");
    }

    @Test
    void anOperatorFindsASagaWithoutProgressAndNudgesIt() {
        ServiceProcess payment = system.stack.instances(Participant.PAYMENT).getFirst();
        payment.process().kill();
        String order = Objects.requireNonNull(system.stack
                .clientOfGateway()
                .submit("ann", "{\"productId\":\"CATALOG-001\",\"qty\":1}", Map.of())
                .text("orderId"));
        try {
            browser.open(gateway + "/#/fleet");
            browser.click("[aria-label='Nudge " + order + "']");
            browser.awaitText("#notice", "Nudged");
        } finally {
            payment.restart();
            payment.awaitReady();
        }
        browser.open(gateway + "/#/saga/ann/" + order);
        browser.awaitFinal();
    }

    @Test
    void aDeadLetterIsShownAndDiscardedOnlyAfterConfirmation() {
        system.put("inventory", UUID.randomUUID().toString(), "{\"type\":\"NONSENSE\"}");
        browser.open(gateway + "/#/fleet");
        discard("order-service", "button:last-child");
        assertThat(browser.text("#letters")).contains("order-service");
        discard("order-service", "button.danger");
        browser.awaitTextGone("#letters", "order-service");
        discard("payment-service", "button.danger"); // which consumes this topic too
        browser.awaitText("#letters", "No dead letters");
    }

    private void discard(String service, String answer) {
        browser.click("[aria-label$='of " + service + "'].danger");
        browser.click("dialog " + answer);
    }

    @Test
    void anErrorIsShownAsASentence() {
        browser.open(gateway + "/#/saga/ann/01a1ffb7-2528-73ee-a445-7d34a6770f2b");
        browser.awaitText("#notice", "There is no order 01a1ffb7-2528-73ee-a445-7d34a6770f2b of this user.");
    }

    @Test
    void withAnIssuerTheConsoleHasASignIn() {
        RunningSystem secured = RunningSystem.secured();
        browser.open(secured.stack.gateway().url() + "/");
        browser.awaitText("#notice", "Sign in with a token");
        browser.find("#token").sendKeys(secured.stack.issuer().token("olga", List.of("ops"), Duration.ofMinutes(5)));
        browser.click("#who button");
        browser.awaitText("#told", "Signed in as olga, operator.");
        browser.open(secured.stack.gateway().url() + "/#/fleet");
        browser.awaitText(".figures", "Confirmed since the start");
    }

    @Test
    void anInvalidTokenIsReportedAndAnotherCanBeEntered() {
        RunningSystem secured = RunningSystem.secured();
        String address = secured.stack.gateway().url() + "/";
        browser.open(address);
        browser.find("#token").sendKeys(secured.stack.issuer().token("olga", List.of(), Duration.ofHours(-1)));
        browser.click("#who button");
        browser.awaitText("#told", "The token is not valid");
        browser.find("#token").sendKeys(secured.stack.issuer().token("olga", List.of(), Duration.ofMinutes(5)));
        browser.click("#who button");
        browser.awaitText("#told", "Signed in as olga.");
    }

    private void check(String state, String look) {
        browser.screenshot(SHOTS.resolve(state + "-" + look + ".png"));
        assertThat(browser.faults()).as(state + ", " + look).isEmpty();
        assertThat(browser.script("return document.documentElement.scrollWidth <= window.innerWidth"))
                .as(state + ", " + look + " fits the width")
                .isEqualTo(true);
    }

    @SuppressWarnings("unchecked")
    private List<String> drawn() {
        return (List<String>) browser.script(
                "return [...document.querySelectorAll('[data-event]')].map((arrow) => arrow.dataset.type)");
    }

    private String available(String product) {
        return browser.text("[data-product=" + product + "] .available");
    }

    private String mode() {
        return system.stack
                .clientOfGateway()
                .payment("GET", "/payment-gateway", null)
                .expect(200)
                .text("mode");
    }
}
