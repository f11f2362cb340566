package dev.saga.web;

import dev.saga.web.management.HealthCheckController;
import dev.saga.web.management.ManagementPort;
import dev.saga.web.management.ManagementProperties;
import dev.saga.web.problem.BareRefusals;
import dev.saga.web.problem.ProblemSource;
import dev.saga.web.problem.Problems;
import dev.saga.web.stream.StreamProperties;
import dev.saga.web.stream.Streams;
import io.swagger.v3.oas.models.servers.Server;
import java.time.Duration;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
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

/** Adds what services and gateway answer in the same way. */
@AutoConfiguration
@EnableConfigurationProperties({HttpProperties.class, ManagementProperties.class, StreamProperties.class})
@Import(HealthCheckController.class)
public class HttpConfiguration {
    private static final Duration REQUEST = Duration.ofSeconds(15);

    @Bean
    Problems problems(ObjectProvider<ProblemSource> sources, JsonMapper json) {
        return new Problems(sources.orderedStream().toList(), json);
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

    /** Bounds every connection, of the management port too: the time without a request and the time of half a request. */
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

    /** Half a surrogate pair in a JSON text is refused where it enters: it could not go out as UTF-8. */
    @Bean
    JacksonModule wholeCharacters() {
        return new SimpleModule("whole characters").addDeserializer(String.class, new WholeCharacters());
    }

    /** An address relative to the document's own holds at the service's port and behind a gateway's prefix. */
    @Bean
    OpenApiCustomizer description(@Value("${spring.application.name}") String service) {
        return document -> {
            document.getInfo().title(service).version("1");
            document.servers(List.of(new Server().url("..").description(service)));
        };
    }
}
