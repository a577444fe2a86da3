package io.payroutes.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whatever is sent to a {@code direct:} or {@code seda:} endpoint is taken there by a route, and the other way round. */
final class ConnectionCheck implements RouteCheck {
    private static final Pattern INTERNAL = Pattern.compile("(direct|seda):[\\w-]+");

    @Override
    public List<Problem> problems(RouteProject project) {
        Map<String, Problem> taken = new HashMap<>();
        Map<String, Problem> sent = new HashMap<>();
        for (RouteFile file : project.files()) {
            file.walk((pointer, key, node) -> {
                if (node.isTextual() && INTERNAL.matcher(node.asText()).matches()) {
                    String uri = node.asText();
                    if (pointer.endsWith("/from/uri")) {
                        taken.put(uri, file.problem(pointer, "nobody sends anything to " + uri));
                    } else {
                        sent.putIfAbsent(uri, file.problem(pointer, "no route takes what is sent to " + uri));
                    }
                }
            });
        }
        Set<String> inJava = inJava(project);
        List<Problem> problems = new ArrayList<>();
        sent.forEach((uri, problem) -> {
            if (!taken.containsKey(uri)) {
                problems.add(problem);
            }
        });
        taken.forEach((uri, problem) -> {
            if (!sent.containsKey(uri) && !inJava.contains(uri)) {
                problems.add(problem);
            }
        });
        return problems;
    }

    private static Set<String> inJava(RouteProject project) {
        return project.find("src", ".java").stream()
                .filter(path -> !path.startsWith(Path.of("src", "test")))
                .flatMap(path -> project.lines(path).stream())
                .flatMap(line -> INTERNAL.matcher(line).results())
                .map(found -> found.group())
                .collect(Collectors.toSet());
    }
}
