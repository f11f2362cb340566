package dev.saga.web.description;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Completes the OpenAPI description that springdoc makes of the controllers. The routes, parameters and types are the
 * code's. The files {@code api-description.yaml} of the modules on the class path add what the code does not tell:
 * sentences, bounds, headers, examples, and the problems of each route.
 */
@Configuration(proxyBeanMethods = false)
public class ApiDescription {
    @Bean
    ModelConverter recordSchemas() {
        return new RecordSchemas();
    }

    /**
     * Sets a server address relative to the document, which is right at the service's port and behind a gateway's
     * prefix.
     */
    @Bean
    OpenApiCustomizer description(@Value("${spring.application.name}") String service) {
        return document -> {
            document.getInfo().title(service).version("1");
            document.servers(List.of(new Server().url("..").description(service)));
            complete(document);
        };
    }

    private static void complete(OpenAPI document) {
        ObjectNode tree = Json31.mapper().valueToTree(document);
        Additions.read().forEach(addition -> Additions.merge(tree, addition));
        new ProblemResponses(tree).complete();
        new SchemaUses(tree).complete();
        OpenAPI completed = parse(tree);
        document.info(completed.getInfo()).tags(completed.getTags()).security(completed.getSecurity());
        document.paths(completed.getPaths()).components(completed.getComponents());
    }

    private static OpenAPI parse(ObjectNode tree) {
        try {
            return Json31.mapper().treeToValue(tree, OpenAPI.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an api-description.yaml is not OpenAPI", e);
        }
    }
}
