package dev.saga.payment;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The settings of payment-svc, bound as at its start. */
final class Settings {
    private Settings() {}

    /** Returns the defaults with some values replaced: name and value in turn, {@code "lease", "1h"}. */
    static PaymentProperties of(String... namesAndValues) {
        Map<String, String> values = new HashMap<>(Map.of("saga.payment.batch", "500"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put("saga.payment." + namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(values))
                .bind("saga.payment", PaymentProperties.class)
                .get();
    }
}
