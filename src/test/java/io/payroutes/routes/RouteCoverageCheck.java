package io.payroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;

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
        NavigableMap<String, String> steps = new TreeMap<>(Map.of(
                "routes/a.camel.yaml:00003", "a, bean",
                "routes/a.camel.yaml:00010", "a, to",
                "routes/b.camel.yaml:00003", "b, log"));
        assertThat(uncovered(steps, Set.of("routes/a.camel.yaml:4", "routes/b.camel.yaml:3")))
                .containsExactly("routes/a.camel.yaml:10 (a, to)");
    }

    /** A step begins in a line and ends before the next one; Camel may name any line of it. */
    private static List<String> uncovered(NavigableMap<String, String> steps, Set<String> executed) {
        NavigableMap<String, String> left = new TreeMap<>(steps);
        for (String location : executed) {
            String step = steps.floorKey(RouteSteps.key(location));
            if (step != null && step.startsWith(location.substring(0, location.lastIndexOf(':') + 1))) {
                left.remove(step);
            }
        }
        NOT_COVERED.keySet().forEach(location -> left.remove(RouteSteps.key(location)));
        return left.entrySet().stream()
                .map(step -> step.getKey().replaceFirst(":0*", ":") + " (" + step.getValue() + ")")
                .toList();
    }
}
