package dev.saga.lab.console;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;

/** Debian's Chromium, without a screen. */
final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String AXE = resource("/axe.min.js");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static boolean isInstalled() {
        return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
    }

    static Browser start() {
        var options = new ChromeOptions();
        options.setBinary(CHROMIUM.toString());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-quic",
                "--disable-sync",
                "--no-first-run");
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    /** A screen of this size, in the light or in the dark. */
    Browser looksLike(int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        return this;
    }

    /** As it is for a reader whose settings block cookies and storage. */
    Browser withoutStorage() {
        String blocked = "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name,"
                + " {get() { throw new DOMException('blocked', 'SecurityError'); }});";
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", blocked));
        return this;
    }

    void open(String url) {
        driver.get("about:blank");
        driver.get(url);
    }

    String address() {
        return Objects.requireNonNull(driver.getCurrentUrl());
    }

    /** The first element, once it is there. */
    WebElement find(String css) {
        return eventually(css, () -> driver.findElement(By.cssSelector(css)));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** Clicks once that is possible: a live page may draw an element anew at any moment. */
    void click(String css) {
        eventually("click " + css, () -> {
            driver.findElement(By.cssSelector(css)).click();
            return true;
        });
    }

    String text(String css) {
        return eventually(css, () -> driver.findElement(By.cssSelector(css)).getText());
    }

    void awaitText(String css, String wanted) {
        await(css + " says " + wanted)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .until(() -> driver.findElement(By.cssSelector(css)).getText().contains(wanted));
    }

    void awaitTextGone(String css, String unwanted) {
        await(css + " does not say " + unwanted)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .until(() -> !driver.findElement(By.cssSelector(css)).getText().contains(unwanted));
    }

    /** Waits until the saga that is shown has ended, one way or the other. */
    void awaitFinal() {
        find("#status.CONFIRMED, #status.CANCELLED");
    }

    /** Types to whatever has the focus. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Moves the focus with the tabulator alone until it is on such an element. */
    void tabTo(String css) {
        for (int step = 0; step < 60; step++) {
            if (Boolean.TRUE.equals(script("return document.activeElement.matches(arguments[0])", css))) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("the tabulator never comes to " + css);
    }

    Object script(String text, Object... arguments) {
        return driver.executeScript(text, arguments);
    }

    /** What axe-core finds that is serious or critical, a line each. */
    @SuppressWarnings("unchecked")
    List<String> faults() {
        script(AXE);
        return (List<String>) Objects.requireNonNull(driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document, {resultTypes: ['violations']}).then(({violations}) => done(violations
                  .filter((fault) => ['serious', 'critical'].includes(fault.impact))
                  .flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.target} ${node.failureSummary}`))));
                """));
    }

    void shoot(Path file) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T eventually(String what, Callable<T> look) {
        return await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .until(look, Objects::nonNull);
    }

    private static String resource(String name) {
        try (InputStream script = Objects.requireNonNull(Browser.class.getResourceAsStream(name))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
