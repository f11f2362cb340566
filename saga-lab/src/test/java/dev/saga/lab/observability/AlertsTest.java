package dev.saga.lab.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.lab.fixture.Checkout;
import dev.saga.lab.observability.Tools.Alert;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the alert rules with the runbook. */
class AlertsTest {
    private static final String PAGE = "docs/operate/runbook.md";
    private static final Pattern HEADING = Pattern.compile("(?m)^## (.+)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|.*\\(#([^)]+)\\) \\|$");

    private final String page = Checkout.text(Checkout.HOME.resolve(PAGE));
    private final List<String> sections = HEADING.matcher(page)
            .results()
            .map(heading -> anchor(heading.group(1)))
            .toList();

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-');
    }

    @Test
    void eachAlertNamesASectionOfTheRunbook() {
        assertThat(Tools.alerts()).isNotEmpty().allSatisfy(alert -> {
            assertThat(alert.runbook()).as(alert.name()).startsWith(PAGE + "#");
            assertThat(sections).as(alert.name()).contains(section(alert));
        });
    }

    private static String section(Alert alert) {
        return alert.runbook().substring(alert.runbook().indexOf('#') + 1);
    }

    @Test
    void theRunbookListsEachAlertWithItsSectionAndNoOther() {
        Map<String, String> listed = ROW.matcher(page)
                .results()
                .collect(Collectors.toMap(row -> row.group(1), (MatchResult row) -> row.group(2)));
        assertThat(listed)
                .isEqualTo(Tools.alerts().stream().collect(Collectors.toMap(Alert::name, AlertsTest::section)));
    }

    @Test
    void eachNumberedSectionHasAnAlert() {
        assertThat(Tools.alerts().stream().map(AlertsTest::section))
                .containsAll(
                        sections.stream().filter(name -> name.matches("\\d.*")).toList());
    }

    @Test
    void everyMetricOfKafkaConnectIsOneThatItExports() {
        String exported = Checkout.text(Checkout.HOME.resolve("compose/connect/metrics.yaml"));
        assertThat(Tools.alerts().stream()
                        .flatMap(alert -> Query.of(alert.query()).selectors().stream())
                        .filter(selector -> selector.metric().startsWith("kafka_connect_")))
                .isNotEmpty()
                .allSatisfy(selector -> {
                    assertThat(exported).contains("name: " + selector.metric().replaceAll("_total$", "") + "\n");
                    assertThat(selector.conditions())
                            .allMatch(condition -> exported.contains(condition.label() + ": "));
                });
    }
}
