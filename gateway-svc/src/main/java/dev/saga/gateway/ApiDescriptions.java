package dev.saga.gateway;

import dev.saga.events.Participant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.springdoc.core.properties.AbstractSwaggerUiConfigProperties.SwaggerUrl;
import org.springdoc.core.properties.SwaggerUiConfigProperties;
import org.springframework.stereotype.Component;

/** The list of API descriptions on the page {@code /swagger-ui.html}: those of all services and of the gateway. */
@Component
final class ApiDescriptions {
    private static final String PATH = "/v3/api-docs";

    ApiDescriptions(SwaggerUiConfigProperties page) {
        Set<SwaggerUrl> urls = new LinkedHashSet<>();
        for (Participant service : Participant.values()) {
            urls.add(new SwaggerUrl(service.text(), "/" + service.route() + PATH, service.text()));
        }
        urls.add(new SwaggerUrl("gateway-svc", PATH, "gateway-svc"));
        page.setUrls(urls);
    }
}
