package io.payroutes;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a route file that was saved into the running program, if all route files together can be built. Camel's own
 * strategy removes the running route first and then has none if the new one cannot be built. A change of what routes
 * share (a routeConfiguration) reloads all of them.
 */
final class RouteReload extends RouteWatcherReloadStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);

    private final RouteFolder folder;
    private final String patterns;
    private final ReentrantLock changing = new ReentrantLock();
    private boolean ended;

    RouteReload(Path root, String patterns) {
        super(root.toString(), true);
        this.patterns = patterns;
        this.folder = new RouteFolder(patterns);
        setPattern("*.camel.yaml");
        setRemoveAllRoutes(false);
    }

    @Override
    protected void onRouteReload(Collection<Resource> changed, boolean removeEverything) {
        changing.lock();
        try {
            if (ended) {
                return;
            }
            Set<Resource> all = all();
            RouteTrial.build(all, getCamelContext());
            boolean shared = changed.stream().anyMatch(RouteReload::isShared);
            super.onRouteReload(shared ? all : changed, removeEverything);
        } catch (Exception e) {
            String reason = RouteMistake.behind(e, folder)
                    .map(RouteMistake::toString)
                    .orElseGet(() -> String.valueOf(e.getMessage()));
            LOG.error("Not reloaded, the routes run on as they were: {}", reason);
        } finally {
            changing.unlock();
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        getCamelContext().addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext camel) {
                end();
            }
        });
    }

    /** Lets a change that is being taken in come to its end and takes in no other: Camel cannot stop meanwhile. */
    private void end() {
        changing.lock();
        try {
            ended = true;
        } finally {
            changing.unlock();
        }
    }

    private Set<Resource> all() throws Exception {
        Set<Resource> all = new LinkedHashSet<>();
        for (String pattern : patterns.split(",", -1)) {
            all.addAll(PluginHelper.getPackageScanResourceResolver(getCamelContext())
                    .findResources(pattern));
        }
        return all;
    }

    private static boolean isShared(Resource file) {
        List<String> lines = RouteFolder.lines(Path.of(file.getURI()));
        return lines.stream().anyMatch(line -> line.startsWith("- routeConfiguration:"));
    }
}
