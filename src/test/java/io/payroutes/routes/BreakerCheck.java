package io.payroutes.routes;

import java.util.ArrayList;
import java.util.List;

/** Each circuit breaker leaves its open state by itself, and not when the wall clock says so at the next call. */
final class BreakerCheck implements RouteCheck {

    @Override
    public List<Problem> problems(RouteProject project) {
        List<Problem> problems = new ArrayList<>();
        for (RouteFile file : project.files()) {
            file.walk((pointer, key, node) -> {
                if (key.equals("resilience4jConfiguration")
                        && !node.path("automaticTransitionFromOpenToHalfOpenEnabled")
                                .asBoolean()) {
                    problems.add(file.problem(
                            pointer,
                            "set automaticTransitionFromOpenToHalfOpenEnabled: true; otherwise a wall clock that is set"
                                    + " back keeps the breaker open for that long"));
                }
            });
        }
        return problems;
    }
}
