package io.payroutes.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * One file, one route, one name; with a description and a group for those who see it in a list. Only the files of error
 * handling hold something else: routeConfigurations, which exist if a route names them.
 */
final class NamingCheck implements RouteCheck {

    @Override
    public List<Problem> problems(RouteProject project) {
        List<Problem> problems = new ArrayList<>();
        Set<String> configurations = project.files().stream()
                .flatMap(file -> StreamSupport.stream(file.tree().spliterator(), false))
                .map(element -> element.at("/routeConfiguration/id").asText())
                .collect(Collectors.toSet());
        for (RouteFile file : project.files()) {
            if (file.isKamelet()) {
                if (!file.tree().at("/metadata/name").asText().equals(file.stem())) {
                    problems.add(file.problem("/metadata/name", "the name is not that of the file, " + file.stem()));
                }
            } else if (file.stem().matches("errors.*|.*-errors")) {
                onlyConfigurations(file, problems);
            } else {
                oneRoute(file, configurations, problems);
            }
        }
        return problems;
    }

    private static void onlyConfigurations(RouteFile file, List<Problem> problems) {
        for (int i = 0; i < file.tree().size(); i++) {
            JsonNode configuration = file.tree().get(i).path("routeConfiguration");
            if (configuration.path("id").asText().isEmpty()
                    || configuration.path("description").asText().isEmpty()) {
                problems.add(file.problem(
                        "/" + i, "a file of error handling holds routeConfigurations, each with id and description"));
            }
        }
    }

    private static void oneRoute(RouteFile file, Set<String> configurations, List<Problem> problems) {
        JsonNode route = file.tree().path(0).path("route");
        if (file.tree().size() != 1 || !route.isObject()) {
            problems.add(file.problem(file.tree().size() > 1 ? "/1" : "", "a file holds exactly one route"));
            return;
        }
        if (!route.path("id").asText().equals(file.stem())) {
            problems.add(file.problem("/0/route/id", "the id is not the name of the file, " + file.stem()));
        }
        for (String field : List.of("description", "group")) {
            if (route.path(field).asText().isBlank()) {
                problems.add(file.problem("/0/route", "the route has no " + field));
            }
        }
        String configuration = route.path("routeConfigurationId").asText();
        if (!configuration.isEmpty() && !configurations.contains(configuration)) {
            problems.add(
                    file.problem("/0/route/routeConfigurationId", "there is no routeConfiguration " + configuration));
        }
    }
}
