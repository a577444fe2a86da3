package io.payroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.routes.RouteSteps.Step;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Runs when all tests are over, and fails if there is a step of a route that none of them has executed. */
class RouteCoverageCheck {

    /** Steps that no test can execute, as {@code file:line}, each with the reason. */
    private static final Map<String, String> NOT_COVERED = Map.of();

    @Test
    void eachStepOfEachRouteIsExecutedByATest() throws IOException {
        assertThat(uncovered(RouteSteps.all(), RouteCoverage.executed())).isEmpty();
    }

    @Test
    void aStepThatIsNotExecutedIsReported() {
        NavigableMap<String, Step> steps = new TreeMap<>(Map.of(
                "routes/a.camel.yaml:00003", new Step("a, bean", false),
                "routes/a.camel.yaml:00010", new Step("a, to", false),
                "routes/a.camel.yaml:00020", new Step("a, choice", true),
                "routes/a.camel.yaml:00022", new Step("a, log", false),
                "routes/b.camel.yaml:00003", new Step("b, log", false)));
        assertThat(uncovered(steps, Set.of("routes/a.camel.yaml:4", "routes/a.camel.yaml:20", "routes/b.camel.yaml:3")))
                .containsExactly("routes/a.camel.yaml:10 (a, to)", "routes/a.camel.yaml:22 (a, log)");
    }

    /** A step begins in a line and ends before the next one; Camel may name any line of it. */
    private static List<String> uncovered(NavigableMap<String, Step> steps, Set<String> executed) {
        NavigableMap<String, Step> left = new TreeMap<>(steps);
        for (String location : executed) {
            String step = steps.floorKey(RouteSteps.key(location));
            if (step != null && step.startsWith(location.substring(0, location.lastIndexOf(':') + 1))) {
                left.remove(step);
            }
        }
        left.values().removeIf(Step::holdsSteps);
        NOT_COVERED.keySet().forEach(location -> left.remove(RouteSteps.key(location)));
        return left.entrySet().stream()
                .map(step -> step.getKey().replaceFirst(":0*", ":") + " ("
                        + step.getValue().name() + ")")
                .toList();
    }
}
