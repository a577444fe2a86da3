package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyConfiguration;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.trait.message.MessageTrait;
import org.apache.camel.trait.message.RedeliveryTraitPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteMetersTest {

    @Test
    void whatIsPublishedIsWhatCamelPublishes() throws Exception {
        MicrometerRoutePolicyConfiguration routesOnly = new MicrometerRoutePolicyConfiguration();
        routesOnly.setContextEnabled(false);
        MicrometerRoutePolicyFactory camels = new MicrometerRoutePolicyFactory();
        camels.setPolicyConfiguration(routesOnly);
        PrometheusMeterRegistry registryOfCamels = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        camels.setMeterRegistry(registryOfCamels);
        PrometheusMeterRegistry ours = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

        String published = withoutTimes(sendThrough(factory(ours), ours));

        assertThat(published)
                .contains("camel_exchanges_total{", "camel_route_policy_seconds_count{")
                .isEqualTo(withoutTimes(sendThrough(camels, registryOfCamels)));
    }

    @Test
    void eachRouteThatAnExchangeGoesThroughHasItsOwnTime() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        assertThat(sendThrough(factory(registry), registry)).isNotEmpty();

        double outer = seconds(registry, "outer");
        double inner = seconds(registry, "inner");
        assertThat(inner).isPositive();
        assertThat(outer).isGreaterThan(inner); // it waits for the inner one each time
    }

    @Test
    void aRouteThatIsReloadedCountsOn() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (DefaultCamelContext camel = started(factory(registry))) {
            ProducerTemplate template = camel.createProducerTemplate();
            template.sendBody("direct:inner", "");
            camel.getRouteController().stopRoute("inner");
            assertThat(camel.removeRoute("inner")).isTrue();
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:inner").routeId("inner").log("again");
                }
            });
            template.sendBody("direct:inner", "");
        }
        assertThat(registry.get("camel.exchanges.total")
                        .tag("routeId", "inner")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void theProgramCountsOnceWhetherCamelCountsOrNot(String isCamelsOn) throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes program = RunningPayroutes.on(database)
                        .with("camel.metrics.enableRoutePolicy", isCamelsOn)
                        .start()) {
            assertThat(HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create(program.url("/webhook")))
                                            .header("Content-Type", "application/json")
                                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(400);
            assertThat(program.bean(MicrometerConstants.METRICS_REGISTRY_NAME, MeterRegistry.class)
                            .get("camel.exchanges.total")
                            .tag("routeId", "stripe-webhook")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    private static RoutePolicyFactory factory(MeterRegistry registry) {
        return (camel, routeId, route) -> new RouteMeters(registry);
    }

    private static String sendThrough(RoutePolicyFactory factory, PrometheusMeterRegistry registry) throws Exception {
        try (DefaultCamelContext camel = started(factory)) {
            ProducerTemplate template = camel.createProducerTemplate();
            for (String body : new String[] {"good", "good", "handled", "bad", "redelivered"}) {
                template.send("direct:outer", exchange -> {
                    exchange.getMessage().setBody(body);
                    if (body.equals("redelivered")) {
                        exchange.getMessage()
                                .setPayloadForTrait(MessageTrait.REDELIVERY, RedeliveryTraitPayload.IS_REDELIVERY);
                    }
                });
            }
            return registry.scrape(); // of a route that is removed, and so at the end, Camel removes its own
        }
    }

    private static DefaultCamelContext started(RoutePolicyFactory factory) throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.addRoutePolicyFactory(factory);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:outer")
                        .routeId("outer")
                        .onException(IllegalArgumentException.class)
                        .handled(true)
                        .end()
                        .choice()
                        .when(body().isEqualTo("handled"))
                        .throwException(new IllegalArgumentException("handled"))
                        .when(body().isEqualTo("bad"))
                        .throwException(new IllegalStateException("bad"))
                        .end()
                        .to("direct:inner");
                from("direct:inner").routeId("inner").delay(2).setBody(constant("done"));
            }
        });
        camel.start();
        return camel;
    }

    private static double seconds(MeterRegistry registry, String route) {
        return registry.get("camel.route.policy").tag("routeId", route).timer().totalTime(TimeUnit.SECONDS);
    }

    private static String withoutTimes(String published) {
        return published
                .lines()
                .filter(line -> !line.contains("app_info") // which program it is; somebody else tells that, too
                        && !line.startsWith("camel_route_policy_seconds_sum")
                        && !line.startsWith("camel_route_policy_seconds_max"))
                .sorted()
                .map(line -> line.replaceAll("camelContext=\"[^\"]*\"", ""))
                .reduce("", (all, line) -> all + line + "\n");
    }
}
