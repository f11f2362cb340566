package dev.saga.web;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

class LogPatternTest {
    private static final String FORGED =
            "a\n2026-01-01T00:00:00.000Z INFO  Forged\r\u001b[2J\u0085b\u2028c\u2029d\t\u0000";

    @Test
    void loggedTextCannotForgeALine() throws IOException {
        String text = line(FORGED, null);
        assertThat(text.strip().lines()).hasSize(1);
        assertThat(text).contains("a?2026-01-01", "b?c?d").doesNotContain("\u001b", "\u2028", "\u2029", "\u0085");
    }

    @Test
    void aLineOfAnExceptionIsMarkedAsOne() throws IOException {
        String text = line("failed", new IllegalStateException(FORGED));
        assertThat(text.lines().skip(1))
                .isNotEmpty()
                .allMatch(line -> line.startsWith(" | ") || line.startsWith("java.lang.IllegalStateException"));
        assertThat(text).contains("Forged", "LogPatternTest.java").doesNotContain("\u001b", "\u2028", "\u0085");
    }

    private static String line(String message, Throwable failure) throws IOException {
        var settings = new YamlPropertySourceLoader()
                .load("settings", new ClassPathResource("saga-http.yaml"))
                .getFirst();
        var context = new LoggerContext();
        var layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(String.valueOf(settings.getProperty("logging.pattern.console")));
        layout.start();
        return layout.doLayout(new LoggingEvent("", context.getLogger("some.Log"), Level.WARN, message, failure, null));
    }
}
