package dev.saga.gateway;

import dev.saga.events.Participant;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** The routes: each service below the first segment of its paths. {@code default-filters} in application.yaml apply to them. */
@Component
final class Routes implements RouteDefinitionLocator {
    @Override
    public Flux<RouteDefinition> getRouteDefinitions() {
        return Flux.fromIterable(Participant.routes()).map(Routes::to);
    }

    private static RouteDefinition to(String segment) {
        var location = new FilterDefinition();
        location.setName("RewriteResponseHeader"); // of a relative Location; the filter writes $ as $\
        location.setArgs(Map.of("name", "Location", "regexp", "^/(.*)", "replacement", "/" + segment + "/$\\1"));
        var route = new RouteDefinition();
        route.setId(segment);
        route.setUri(URI.create(ToInstance.SCHEME + "://" + segment));
        route.setPredicates(List.of(new PredicateDefinition("Path=/" + segment + "/**")));
        route.setFilters(List.of(new FilterDefinition("StripPrefix=1"), location));
        return route;
    }
}
