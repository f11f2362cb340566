package dev.saga.web;

import dev.saga.web.description.ApiDescription;
import dev.saga.web.management.HealthCheckController;
import dev.saga.web.management.ManagementPort;
import dev.saga.web.management.ManagementProperties;
import dev.saga.web.meter.WebMetrics;
import dev.saga.web.problem.BareRefusals;
import dev.saga.web.problem.ProblemSource;
import dev.saga.web.problem.Problems;
import dev.saga.web.stream.StreamProperties;
import dev.saga.web.stream.Streams;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import reactor.netty.NettyPipeline;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** Configures the HTTP behaviour that the services and the gateway share. */
@AutoConfiguration
@EnableConfigurationProperties({HttpProperties.class, ManagementProperties.class, StreamProperties.class})
@Import({ApiDescription.class, HealthCheckController.class})
public class HttpConfiguration {
    private static final Duration REQUEST = Duration.ofSeconds(15);

    @Bean
    WebMetrics webMetrics(MeterRegistry registry) {
        return new WebMetrics(registry);
    }

    @Bean
    Problems problems(ObjectProvider<ProblemSource> sources, JsonMapper json, WebMetrics metrics) {
        return new Problems(sources.orderedStream().toList(), json, metrics);
    }

    @Bean
    Streams streams(StreamProperties limits) {
        return new Streams(limits);
    }

    @Bean
    ManagementPort managementPort(
            ManagementProperties properties, NettyServerCustomizer connectionLimits, ApplicationContext context) {
        return new ManagementPort(properties, connectionLimits, context);
    }

    /**
     * Limits every connection, on the management port too: the time without a request, and the time from a request's
     * head to its end.
     */
    @Bean
    NettyServerCustomizer connectionLimits(HttpProperties properties) {
        return server -> server.idleTimeout(properties.idle())
                .doOnChannelInit((observer, channel, remote) -> channel.pipeline()
                        .addAfter(NettyPipeline.HttpCodec, BareRefusals.class.getName(), new BareRefusals())
                        .addAfter(
                                NettyPipeline.HttpCodec,
                                RequestDeadline.class.getName(),
                                new RequestDeadline(REQUEST)));
    }

    @Bean
    AnswerHeaders answerHeaders() {
        return new AnswerHeaders();
    }

    @Bean
    EncodedBodies encodedBodies(Problems problems) {
        return new EncodedBodies(problems);
    }

    /** Refuses JSON text with half a surrogate pair when it is read, because it could not be written as UTF-8 later. */
    @Bean
    JacksonModule wholeCharacters() {
        return new SimpleModule("whole characters").addDeserializer(String.class, new WholeCharacters());
    }
}
