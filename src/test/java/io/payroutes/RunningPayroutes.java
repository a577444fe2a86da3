package io.payroutes;

import io.payroutes.routes.RouteCoverage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;

/** The real program with the routes and the configuration of this project, in this process and on free ports. */
public final class RunningPayroutes implements AutoCloseable {
    private final Main main;
    private final int httpPort;
    private final int managementPort;

    private RunningPayroutes(Main main, int httpPort, int managementPort) {
        this.main = main;
        this.httpPort = httpPort;
        this.managementPort = managementPort;
    }

    /** A program that keeps its data in this database and has no partners: add those that the test has. */
    public static Builder on(TestDatabase database) {
        return new Builder().with(database.settings()).with("stripe.webhook-secret", "whsec_test");
    }

    public CamelContext camel() {
        return main.getCamelContext();
    }

    /** A bean that routes call, by its name. */
    public <T> T bean(String name, Class<T> type) {
        T bean = camel().getRegistry().lookupByNameAndType(name, type);
        if (bean == null) {
            throw new IllegalArgumentException("no bean " + name);
        }
        return bean;
    }

    public int httpPort() {
        return httpPort;
    }

    public int managementPort() {
        return managementPort;
    }

    public String url(String path) {
        return "http://localhost:" + httpPort + path;
    }

    /** Whether nothing is under way, so that a clock that is set ahead takes the lease from nobody who works. */
    public boolean isAtRest() {
        return camel().getInflightRepository().size() == 0
                && camel().getEndpoints().stream()
                        .filter(SedaEndpoint.class::isInstance)
                        .allMatch(queue -> ((SedaEndpoint) queue).getCurrentQueueSize() == 0);
    }

    @Override
    public void close() {
        main.stop();
    }

    /** What a test sets before the program starts. */
    public static final class Builder {
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final Map<String, Object> beans = new LinkedHashMap<>();
        private int httpPort = FreePort.next();

        private Builder() {}

        /** Sets what stands in config/application.properties otherwise. */
        public Builder with(String setting, Object value) {
            settings.put(setting, value.toString());
            return this;
        }

        public Builder with(Map<String, String> more) {
            settings.putAll(more);
            return this;
        }

        /** Puts a bean in place before the program makes its own, a clock for instance. */
        public Builder bind(String name, Object bean) {
            beans.put(name, bean);
            return this;
        }

        /** The HTTP port, for a partner that has to know it before the program starts; a free one otherwise. */
        public Builder httpPort(int port) {
            httpPort = port;
            return this;
        }

        /** Starts the program and returns when its routes run. */
        public RunningPayroutes start() {
            int managementPort = FreePort.next();
            Main main = Payroutes.main();
            // The other strategy hooks into the end of the JVM, which would keep every program that a test has stopped.
            main.setShutdownStrategy(new SimpleMainShutdownStrategy());
            main.addOverrideProperty("http.port", Integer.toString(httpPort));
            main.addOverrideProperty("management.port", Integer.toString(managementPort));
            main.addOverrideProperty("camel.main.shutdownTimeout", "10");
            // Clocks that tests set make things due that nobody tells of.
            main.addOverrideProperty("inbox.poll", "50ms");
            main.addOverrideProperty("delivery.poll", "50ms");
            main.addOverrideProperty("reconciliation.poll", "500ms");
            settings.forEach(main::addOverrideProperty);
            beans.forEach(main::bind);
            main.bind("routeCoverage", new RouteCoverage());
            try {
                main.start();
            } catch (RuntimeException e) {
                main.stop();
                throw e;
            }
            return new RunningPayroutes(main, httpPort, managementPort);
        }
    }
}
