package dev.saga.web.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;

/**
 * Adds {@code transaction_id} and {@code event_id} as fields of their own to a log line in JSON, if its message has them
 * as {@code name=value}. The message stays as it is.
 */
public final class SagaFields implements StructuredLoggingJsonMembersCustomizer<ILoggingEvent> {
    private static final Pattern SAGA = pattern("transaction_id");
    private static final Pattern EVENT = pattern("event_id");

    private static Pattern pattern(String name) {
        return Pattern.compile("(?<!\\S)" + name + "=([0-9A-Za-z-]+)");
    }

    @Override
    public void customize(JsonWriter.Members<ILoggingEvent> members) {
        members.add("transaction_id", (ILoggingEvent event) -> find(SAGA, event))
                .whenNotNull();
        members.add("event_id", (ILoggingEvent event) -> find(EVENT, event)).whenNotNull();
    }

    private static @Nullable String find(Pattern pattern, ILoggingEvent event) {
        Matcher matcher = pattern.matcher(event.getFormattedMessage());
        return matcher.find() ? matcher.group(1) : null;
    }
}
