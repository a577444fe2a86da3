package io.payroutes;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;

/**
 * Refuses routes whose routeConfigurationId names nothing: Camel would run them without their error handling, and say
 * nothing about it.
 */
final class RouteConfigurations {
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    private RouteConfigurations() {}

    static void check(CamelContext camel) {
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        Set<String> known = model.getRouteConfigurationDefinitions().stream()
                .map(RouteConfigurationDefinition::getId)
                .collect(Collectors.toSet());
        for (RouteDefinition route : model.getRouteDefinitions()) {
            String ids = route.getRouteConfigurationId();
            if (ids != null) {
                COMMA.splitAsStream(ids)
                        .filter(id -> !id.endsWith("*") && !known.contains(id))
                        .findFirst()
                        .ifPresent(id -> {
                            throw new IllegalArgumentException("There is no routeConfiguration " + id);
                        });
            }
        }
    }
}
