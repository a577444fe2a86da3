package io.payroutes.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Looks customers up at Stripe, by the route {@code stripe-customer}. */
public final class StripeCustomers implements CustomerDirectory {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROUTE = "direct:stripe-customer";

    private final ProducerTemplate routes;

    public StripeCustomers(CamelContext camel) {
        this.routes = camel.createProducerTemplate();
    }

    @Override
    public Optional<Customer> find(String customerId) {
        if (!customerId.matches("[A-Za-z0-9_]+")) {
            return Optional.empty(); // it would become part of a URL
        }
        Exchange answer = routes.request(ROUTE, e -> e.getMessage().setBody(customerId));
        if (answer.getException() != null) {
            throw new IllegalStateException("Stripe cannot be asked for the customer", answer.getException());
        }
        int status = answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        if (status == 404) {
            return Optional.empty();
        }
        if (status == 401 || status == 403) {
            throw new NotAllowedException("Stripe answered " + status + ": stripe.api-key may not read customers");
        }
        if (status != 200) {
            throw new IllegalStateException("Stripe answered " + status + " when asked for the customer");
        }
        return Optional.of(customer(answer.getMessage().getBody(byte[].class)));
    }

    private static Customer customer(byte[] json) {
        try {
            JsonNode customer = JSON.readTree(json);
            List<String> locales = StreamSupport.stream(
                            customer.path("preferred_locales").spliterator(), false)
                    .map(JsonNode::asText)
                    .toList();
            return new Customer(
                    customer.path("email").textValue(), customer.path("name").textValue(), locales);
        } catch (IOException e) {
            throw new IllegalStateException("Stripe's customer is not JSON", e);
        }
    }
}
