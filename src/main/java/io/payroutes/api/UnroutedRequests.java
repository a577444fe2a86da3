package io.payroutes.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.spi.Method;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Answers what reaches no route: unknown paths, methods that a path does not have, bodies that are too large, and whatever
 * comes before all routes are there. A route
 * that catches all the rest could not do it, since it would have to stay behind all others even when one of them is
 * reloaded.
 */
public final class UnroutedRequests implements StartupListener {
    private static final String API = "/api";
    private static final Map<Integer, String> DETAILS = Map.of(
            400, "The request cannot be read.",
            404, "There is nothing at this path.",
            405, "This path does not have this method.",
            413, "The body is larger than it may be.",
            415, "The body's media type is not one that is read here.",
            417, "What the Expect header expects is not done here.",
            500, "Something went wrong here.",
            503, "The program is starting, or has too much to do.");

    private static final Set<String> ANY =
            Method.getAll().stream().map(Enum::name).collect(Collectors.toSet());

    private final ApiKeys keys;
    private final int port;
    private final BooleanSupplier isStarted;

    /**
     * @param port the port whose unrouted requests these are
     * @param isStarted whether all routes run; until then a request may be for one that is about to
     */
    public UnroutedRequests(ApiKeys keys, int port, BooleanSupplier isStarted) {
        this.keys = keys;
        this.port = port;
        this.isStarted = isStarted;
    }

    @Override
    public void onCamelContextStarted(CamelContext camel, boolean alreadyStarted) {
        if (alreadyStarted) {
            return; // Camel tells it again whenever routes are added
        }
        VertxPlatformHttpRouter router =
                VertxPlatformHttpRouter.lookup(camel, VertxPlatformHttpRouter.getRouterNameFromPort(port));
        // Here comes what fails while a route is looked for: a header that Vert.x cannot parse, such as a Content-Type
        // with a lone quote. What fails within a route comes to the failure handler below.
        router.errorHandler(500, request -> answer(router, request, 400));
        // And here a path that cannot be decoded. Vert.x would log each of them, stack trace and all.
        if (router.getServer().getServer().requestHandler() instanceof Router all) {
            all.errorHandler(400, request -> answer(router, request, 400));
        }
        router.route()
                .last() // and it stays last
                .handler(request -> answer(router, request, unrouted(router, request)))
                .failureHandler(request -> answer(router, request, request.statusCode()));
    }

    /** Why no route took a request. */
    private int unrouted(Router router, RoutingContext request) {
        if (!isStarted.getAsBoolean()) {
            return 503;
        }
        Set<String> methods = methods(router, request.normalizedPath());
        if (methods.isEmpty()) {
            return 404;
        }
        return methods.contains(request.request().method().name()) ? 415 : 405;
    }

    private void answer(Router router, RoutingContext request, int proposed) {
        if (request.response().headWritten()) {
            return; // it failed half-way; there is nothing left to say
        }
        int status = DETAILS.containsKey(proposed) || isClientsFault(proposed) ? proposed : 500;
        if (isApi(path(request)) && !keys.isKnown(request.request())) {
            request.response().putHeader("WWW-Authenticate", "Bearer");
            end(request, 401, new UnauthorizedException().getMessage());
            return;
        }
        if (status == 405) {
            request.response().putHeader("Allow", String.join(", ", methods(router, path(request))));
        }
        if (status == 503) {
            request.response().putHeader("Retry-After", "1");
        }
        end(request, status, DETAILS.getOrDefault(status, ""));
    }

    private static boolean isClientsFault(int status) {
        return status >= 400 && status < 500;
    }

    private static String path(RoutingContext request) {
        try {
            return request.normalizedPath();
        } catch (IllegalArgumentException e) {
            return "/"; // it says none
        }
    }

    private static boolean isApi(String path) {
        return path.equals(API) || path.startsWith(API + "/");
    }

    private static void end(RoutingContext request, int status, String detail) {
        try {
            String document = Problem.document(status, detail, path(request), Map.of());
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", Problem.MEDIA_TYPE)
                    .end(document);
        } catch (JsonProcessingException e) {
            request.response().setStatusCode(status).end();
        }
    }

    /** The methods of all routes at a path. */
    private static Set<String> methods(Router router, String path) {
        Set<String> methods = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.getPath() != null && matches(route.getPath(), path)) {
                methods.addAll(
                        route.methods() == null
                                ? ANY
                                : route.methods().stream().map(HttpMethod::name).collect(Collectors.toSet()));
            }
        }
        return methods;
    }

    private static boolean matches(String template, String path) {
        String[] names = template.split("/", -1);
        String[] parts = path.split("/", -1);
        boolean same = names.length == parts.length;
        for (int i = 0; same && i < names.length; i++) {
            same = names[i].startsWith(":") || names[i].equals(parts[i]);
        }
        return same;
    }
}
