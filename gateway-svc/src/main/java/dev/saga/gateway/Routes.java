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

/** The routes: each service below the first segment of its paths. The default filters of the settings apply to them. */
@Component
final class Routes implements RouteDefinitionLocator {
    @Override
    public Flux<RouteDefinition> getRouteDefinitions() {
        return Flux.fromArray(Participant.values()).map(Participant::route).map(Routes::to);
    }

    private static RouteDefinition to(String service) {
        var location = new FilterDefinition();
        location.setName("RewriteResponseHeader");
        location.setArgs(Map.of("name", "Location", "regexp", "^/(.*)", "replacement", "/" + service + "/$\\1"));
        var route = new RouteDefinition();
        route.setId(service);
        route.setUri(URI.create(ToInstance.SCHEME + "://" + service));
        route.setPredicates(List.of(new PredicateDefinition("Path=/" + service + "/**")));
        route.setFilters(List.of(new FilterDefinition("StripPrefix=1"), location));
        return route;
    }
}
