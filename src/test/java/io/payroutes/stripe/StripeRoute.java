package io.payroutes.stripe;

import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** Camel with the component as the program has it, under {@code stripe} in the registry. */
final class StripeRoute implements AutoCloseable {
    static final String KEY = "sk_test_component";

    private final CamelContext camel = new DefaultCamelContext();
    private final StripeComponent component = new StripeComponent();

    StripeRoute(StripeOnLoopback stripe) {
        component.setApiKey(KEY);
        component.setApiBase(stripe.base());
        component.setRetryInitialDelay(1);
        component.setRetryMaxDelay(2);
        component.setConnectTimeout(5_000);
        component.setReadTimeout(20_000);
        camel.getRegistry().bind("stripe", component);
        camel.getShutdownStrategy().setTimeout(5);
    }

    StripeRoute with(Consumer<StripeComponent> setting) {
        setting.accept(component);
        return this;
    }

    CamelContext camel() {
        return camel;
    }

    StripeComponent component() {
        return component;
    }

    /** Starts a route from {@code direct:name} to the URI. */
    void route(String name, String uri) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + name).routeId(name).to(uri);
            }
        });
        camel.start();
    }

    Exchange send(String uri, Map<String, Object> headers, @Nullable Object body) {
        camel.start();
        return camel.createFluentProducerTemplate()
                .to(uri)
                .withProcessor(exchange -> {
                    exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
                    exchange.getMessage().setBody(body);
                })
                .send();
    }

    /** @return what came of it; the exception is thrown as the route has it */
    Object ask(String uri, String method, @Nullable String id, @Nullable Object body) throws Exception {
        Map<String, Object> headers = id == null
                ? Map.of(StripeConstants.METHOD_HEADER, method)
                : Map.of(StripeConstants.METHOD_HEADER, method, StripeConstants.OBJECT_ID, id);
        return result(send(uri, headers, body));
    }

    static Object result(Exchange exchange) throws Exception {
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getMessage().getBody();
    }

    @Override
    public void close() {
        camel.stop();
    }
}
