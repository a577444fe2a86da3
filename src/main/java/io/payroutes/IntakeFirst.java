package io.payroutes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.StartupListener;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.DefaultRoutesCollector;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.ManagementStrategy;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.PatternHelper;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Camel start with the route that takes Stripe's events, and with what routes share, and adds all other routes as soon as
 * that runs: what takes events needs none of the others, and there are so many of them that Stripe would wait half as long
 * again after each start.
 *
 * <p>The others are started only when each of them could be built. If one cannot be, or cannot start, the program does not
 * start, as it would not if all had been there from the beginning; events that were taken meanwhile wait for the next start.
 */
final class IntakeFirst extends DefaultRoutesCollector implements StartupListener {
    private static final Logger LOG = LoggerFactory.getLogger(IntakeFirst.class);
    private static final Predicate<String> ROUTE =
            Pattern.compile("- +route: *(#.*)?").asMatchPredicate();
    private static final Predicate<String> TAKES_EVENTS =
            Pattern.compile("\\buri: *[\"']?stripe-webhook\\b").asPredicate();

    private final EventNotifier intakeStarted = new IntakeStarted();
    private final List<Resource> others = new ArrayList<>();
    private final List<RouteDefinition> built = new ArrayList<>();
    private @Nullable Exception failure;
    private volatile boolean complete;

    /** Whether all routes run, as far as they start by themselves. */
    boolean isComplete() {
        return complete;
    }

    /** Asked by Camel for the routes to start with, more than once. */
    @Override
    public Collection<Resource> findRouteResourcesFromDirectory(
            CamelContext camel, @Nullable String excludePattern, @Nullable String includePattern) {
        Collection<Resource> all = super.findRouteResourcesFromDirectory(camel, excludePattern, includePattern);
        others.clear();
        if (all.stream().noneMatch(file -> lines(file).stream().anyMatch(TAKES_EVENTS))) {
            return all;
        }
        all.stream().filter(IntakeFirst::canFollow).forEach(others::add);
        return all.stream().filter(file -> !others.contains(file)).toList();
    }

    /** Has nothing but routes, of which none takes events: beans, templates and routeConfigurations are there for others. */
    private static boolean canFollow(Resource file) {
        List<String> items =
                lines(file).stream().filter(line -> line.startsWith("-")).toList();
        return !items.isEmpty()
                && items.stream().allMatch(ROUTE)
                && lines(file).stream().noneMatch(TAKES_EVENTS);
    }

    private static List<String> lines(Resource file) {
        return "file".equals(file.getScheme()) ? RouteFolder.lines(Path.of(file.getURI())) : List.of();
    }

    /** To be called before the context starts. */
    void follow(CamelContext camel) throws Exception {
        camel.addStartupListener(this);
        camel.getManagementStrategy().addEventNotifier(intakeStarted);
    }

    private void buildOthers(ModelCamelContext camel) throws Exception {
        Set<RouteDefinition> known = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<String> ids = new HashSet<>();
        for (RouteDefinition running : camel.getRouteDefinitions()) {
            known.add(running);
            ids.add(running.getRouteId());
        }
        for (RoutesBuilder file : PluginHelper.getRoutesLoader(camel).findRoutesBuilders(others)) {
            camel.addRoutes(file);
            refuseDuplicates(file, ids);
        }
        RouteConfigurations.check(camel);
        // Kamelets become routes when what calls them is built.
        for (List<RouteDefinition> next = others(known, camel); !next.isEmpty(); next = others(known, camel)) {
            known.addAll(next);
            built.addAll(next);
            camel.startRouteDefinitions(next);
        }
    }

    private static List<RouteDefinition> others(Set<RouteDefinition> known, ModelCamelContext camel) {
        return camel.getRouteDefinitions().stream()
                .filter(route -> !known.contains(route))
                .toList();
    }

    /** Camel does so only while nothing runs; now a route replaces the one with the same id. */
    private static void refuseDuplicates(RoutesBuilder file, Set<String> ids) {
        if (file instanceof RouteBuilder routes) {
            for (RouteDefinition route : routes.getRouteCollection().getRoutes()) {
                if (!ids.add(route.getRouteId())) {
                    throw new IllegalArgumentException("Duplicate route ids detected: " + route.getRouteId());
                }
            }
        }
    }

    @Override
    public void onCamelContextStarted(CamelContext camel, boolean alreadyStarted) {
        // not yet: the intake's route is only about to start
    }

    /** An exception ends the start. */
    @Override
    public void onCamelContextFullyStarted(CamelContext camel, boolean alreadyStarted) throws Exception {
        camel.getManagementStrategy().removeEventNotifier(intakeStarted);
        if (failure != null) {
            throw failure;
        }
        List<EventNotifier> before = List.copyOf(camel.getManagementStrategy().getEventNotifiers());
        if (camel.isAutoStartup()) {
            for (RouteDefinition route : built) {
                if (startsByItself(route, camel)) {
                    camel.getRouteController().startRoute(route.getRouteId());
                }
            }
        }
        dropRepeated(camel.getManagementStrategy(), before);
        complete = true;
        LOG.info("All routes are there (total:{})", camel.getRoutesSize());
    }

    /**
     * Camel's HTTP servers add a notifier for what they log at the start, and do so again with every route that starts later. With
     * hundreds of them, asking each whether it cares takes a good part of the time that an event takes.
     */
    private static void dropRepeated(ManagementStrategy management, List<EventNotifier> before) {
        Set<Class<?>> known = before.stream().map(Object::getClass).collect(Collectors.toSet());
        for (EventNotifier notifier : List.copyOf(management.getEventNotifiers())) {
            if (!before.contains(notifier) && known.contains(notifier.getClass())) {
                management.removeEventNotifier(notifier);
            }
        }
    }

    /** As Camel decides it when it starts. */
    private static boolean startsByItself(RouteDefinition route, CamelContext camel) {
        String excluded = camel.getAutoStartupExcludePattern();
        return !Boolean.FALSE.equals(CamelContextHelper.parseBoolean(camel, route.getAutoStartup()))
                && (excluded == null || !PatternHelper.matchPatterns(route.getRouteId(), excluded.split(",", -1)));
    }

    /**
     * Builds the other routes while Camel is still starting: once it has started, it starts each route as soon as that one is built,
     * and not when all are.
     */
    private final class IntakeStarted extends SimpleEventNotifierSupport {
        IntakeStarted() {
            setIgnoreExchangeEvents(true);
        }

        @Override
        public boolean isEnabled(CamelEvent event) {
            return event instanceof CamelEvent.CamelContextRoutesStartedEvent;
        }

        @Override
        public void notify(CamelEvent event) {
            try {
                buildOthers((ModelCamelContext) ((CamelEvent.CamelContextEvent) event).getContext());
            } catch (Exception e) {
                failure = e; // from here Camel would only log it
            }
        }
    }
}
