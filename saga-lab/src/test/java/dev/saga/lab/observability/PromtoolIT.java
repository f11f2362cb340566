package dev.saga.lab.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs Prometheus' own checks of the alert rules. */
class PromtoolIT {

    @BeforeEach
    void needsPromtool() {
        assumeTrue(Tools.isInstalled("promtool"), "no promtool: install Debian's package prometheus");
    }

    @Test
    void theRulesAreValid() throws Exception {
        assertSuccess("check", "rules", "alerts.yml");
    }

    @Test
    void theConfigurationIsValid() throws Exception {
        assertSuccess("check", "config", "prometheus.yml");
    }

    @Test
    void eachAlertFiresForItsReasonAndNoneInAHealthySystem() throws Exception {
        assertSuccess("test", "rules", "alerts.test.yml");
    }

    private static void assertSuccess(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process promtool = new ProcessBuilder(command)
                .directory(Tools.FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(output).isZero();
    }
}
