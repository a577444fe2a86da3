package io.payroutes;

import io.payroutes.stripe.StripeComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/** Builds routes, without starting any, beside the program that runs: with its beans and settings, in a context apart. */
final class RouteTrial {
    private RouteTrial() {}

    /** @throws Exception what starting the program with these files would have failed with */
    static void build(Collection<Resource> files, CamelContext running) throws Exception {
        try (DefaultCamelContext trial =
                new DefaultCamelContext(new DefaultRegistry(new BeansOf(running.getRegistry())))) {
            trial.getCamelContextExtension().setName(running.getName() + "-trial");
            trial.disableJMX();
            trial.setAutoStartup(false);
            trial.setStartupSummaryLevel(StartupSummaryLevel.Off);
            trial.getPropertiesComponent().addPropertiesSource(new SettingsOf(running));
            trial.getComponent("kamelet", KameletComponent.class)
                    .setLocation(running.getComponent("kamelet", KameletComponent.class)
                            .getLocation());
            // The program itself says, when it starts, whether it has a key; a trial asks nobody.
            StripeComponent stripe = new StripeComponent();
            stripe.setLazyStartProducer(true);
            trial.addComponent("stripe", stripe);
            PluginHelper.getRoutesLoader(trial).loadRoutes(files);
            RouteConfigurations.check(trial);
            trial.start();
        }
    }

    /** The beans of the running program, which the trial looks up but does not own: they outlive it. */
    private record BeansOf(Registry beans) implements BeanRepository {
        @Override
        public @Nullable Object lookupByName(String name) {
            return beans.lookupByName(name);
        }

        @Override
        public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
            return beans.lookupByNameAndType(name, type);
        }

        @Override
        public <T> Map<String, T> findByTypeWithName(Class<T> type) {
            return beans.findByTypeWithName(type);
        }

        @Override
        public <T> Set<T> findByType(Class<T> type) {
            return beans.findByType(type);
        }
    }

    private record SettingsOf(CamelContext running) implements LoadablePropertiesSource {
        @Override
        public String getName() {
            return "running";
        }

        @Override
        public @Nullable String getProperty(String name) {
            return running.getPropertiesComponent().resolveProperty(name).orElse(null);
        }

        @Override
        public Properties loadProperties() {
            return running.getPropertiesComponent().loadProperties();
        }

        @Override
        public Properties loadProperties(Predicate<String> filter) {
            return running.getPropertiesComponent().loadProperties(filter);
        }

        @Override
        public void reloadProperties(String location) {
            // the settings are those that the program has started with
        }
    }
}
