package io.payroutes;

import io.payroutes.store.Database;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/**
 * What has to be right before any route starts and Camel would not complain about. Watches the route files if asked to.
 */
final class StartChecks extends MainListenerSupport {
    private final Main program;

    StartChecks(Main program) {
        this.program = program;
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
        CamelContext camel = program.getCamelContext();
        Settings settings = new Settings(camel);
        RouteConfigurations.check(camel);
        canListen(settings, "http.port");
        canListen(settings, "management.port");
        if (settings.port("http.port") > 0 && settings.port("http.port") == settings.port("management.port")) {
            throw new SettingException(
                    "management.port", "must not be http.port: metrics and health are not for whoever can pay");
        }
        camel.getRegistry().lookupByNameAndType(Wiring.DATABASE, Database.class).awaitReady();
        if (settings.flag("routes.reload")) {
            String patterns = program.configure().getRoutesIncludePattern();
            Path root = new RouteFolder(patterns).folders().get(0);
            try {
                camel.addService(new RouteReload(root, patterns));
            } catch (Exception e) {
                throw new IllegalStateException("cannot watch " + root, e);
            }
        }
    }

    /** Camel goes on without its HTTP server when the port is taken. */
    private static void canListen(Settings settings, String name) {
        int port = settings.port(name);
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(port));
        } catch (IOException e) {
            throw new SettingException(name, "is " + port + ", which cannot be listened on: " + e.getMessage());
        }
    }
}
