package dev.saga.delivery.meter;

import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.work.Ticker;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures the queries that only metrics need: their number does not depend on the scrapes. */
@Configuration(proxyBeanMethods = false)
public class MeterConfiguration {
    private static final Duration EVERY = Duration.ofSeconds(5);

    @Bean
    UnresolvedLetters unresolvedLetters(Sql sql, DeliveryProperties properties, DeliveryMetrics metrics) {
        return new UnresolvedLetters(sql, properties, metrics);
    }

    @Bean
    Ticker unresolvedLettersTicker(UnresolvedLetters letters) {
        return new Ticker("dead letter count", EVERY, letters::look);
    }
}
