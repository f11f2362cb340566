package dev.saga.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.local.Ports;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LabApplicationIT {
    @Test
    void reportsAKafkaThatDoesNotRespond() {
        String nobody = "127.0.0.1:" + Ports.any();
        PrintStream usual = System.err;
        var errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        int code;
        try {
            code = LabApplication.run("bench", "--url", "http://" + nobody, "--kafka", nobody);
        } finally {
            System.setErr(usual);
        }

        assertThat(code).isEqualTo(1);
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .contains("Kafka does not respond at " + nobody + ".")
                .doesNotContain("\tat ");
    }
}
