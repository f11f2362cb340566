package dev.saga.delivery.trace;

import dev.saga.delivery.instance.DeliveryProperties;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Records spans if {@code saga.tracing.endpoint} is set. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TracingProperties.class)
public class TracingConfiguration {
    @Bean
    Spans spans(
            DeliveryProperties delivery, TracingProperties tracing, Clock clock, ObjectProvider<SpanExport> export) {
        return new Spans(delivery.source(), tracing.sampling(), clock, export.getIfAvailable());
    }

    /** Loads the classes of OpenTelemetry only if it is used. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("saga.tracing.endpoint")
    static class Export {
        @Bean
        SpanExport spanExport(DeliveryProperties delivery, TracingProperties tracing, Environment environment) {
            String instance = environment.getProperty("HOSTNAME", "localhost") + ":"
                    + ProcessHandle.current().pid();
            return new OtlpExport(tracing, delivery.service(), instance);
        }
    }
}
