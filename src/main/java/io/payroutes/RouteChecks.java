package io.payroutes;

import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/** Looks at the routes when they have been read, before any of them starts, and watches their files if asked to. */
final class RouteChecks extends MainListenerSupport {
    private final Main program;

    RouteChecks(Main program) {
        this.program = program;
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
        CamelContext camel = program.getCamelContext();
        RouteConfigurations.check(camel);
        if (new Settings(camel).flag("routes.reload")) {
            String patterns = program.configure().getRoutesIncludePattern();
            Path root = new RouteFolder(patterns).folders().get(0);
            try {
                camel.addService(new RouteReload(root, patterns));
            } catch (Exception e) {
                throw new IllegalStateException("cannot watch " + root, e);
            }
        }
    }
}
