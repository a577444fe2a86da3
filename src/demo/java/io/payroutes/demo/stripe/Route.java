package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What answers a kind of request.
 *
 * @param known the parameters that it takes
 * @param browsers whether the publishable key is enough
 */
record Route(String method, Pattern path, Set<String> known, boolean browsers, Function<Call, ObjectNode> answer) {

    /** @param path with {@code *} for an id */
    static Route of(String method, String path, Set<String> known, Function<Call, ObjectNode> answer) {
        return new Route(method, Pattern.compile(path.replace("*", "([^/]+)")), known, false, answer);
    }

    Route forBrowsers() {
        return new Route(method, path, known, true, answer);
    }

    /** The ids in the path, or null where this is not the route. */
    @Nullable
    List<String> match(String requestMethod, String requestPath) {
        Matcher matcher = path.matcher(requestPath);
        if (!method.equals(requestMethod) || !matcher.matches()) {
            return null;
        }
        List<String> ids = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount(); i++) {
            ids.add(matcher.group(i));
        }
        return ids;
    }
}
