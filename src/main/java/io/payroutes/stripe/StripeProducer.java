package io.payroutes.stripe;

import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.StripeCollection;
import com.stripe.model.StripeObject;
import com.stripe.net.ApiResource.RequestMethod;
import com.stripe.net.RequestOptions;
import com.stripe.net.StripeResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** Makes one call of Stripe of a message. Thread-safe. */
final class StripeProducer extends DefaultProducer {
    private final StripeEndpoint endpoint;
    private @Nullable StripeApi stripe;

    StripeProducer(StripeEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        stripe = endpoint.getComponent().open(endpoint.getConfiguration());
    }

    @Override
    public void process(Exchange exchange) throws StripeException {
        exchange.removeProperty(StripeConstants.RESPONSE_DATE);
        exchange.removeProperty(StripeConstants.REQUEST_ID);
        try {
            exchange.getMessage().setBody(call(exchange));
        } catch (StripeException e) {
            if (e.getStripeError() != null) {
                remember(exchange, e.getStripeError().getLastResponse());
            }
            throw e;
        }
    }

    private Object call(Exchange exchange) throws StripeException {
        StripeOperation operation = operation(exchange.getMessage());
        String name = Objects.requireNonNullElse(
                text(exchange.getMessage(), StripeConstants.METHOD_HEADER), StripeMethod.CREATE.headerValue());
        StripeMethod method = StripeMethod.named(name)
                .filter(operation::offers)
                .orElseThrow(() ->
                        new IllegalArgumentException("Unsupported method for " + operation.words() + ": " + name));
        return method == StripeMethod.LIST ? list(exchange, operation) : one(exchange, operation, method);
    }

    private StripeObject one(Exchange exchange, StripeOperation operation, StripeMethod method) throws StripeException {
        // A subscription is no longer there once it was canceled; Stripe has it deleted.
        boolean canceledByDeletion = operation == StripeOperation.SUBSCRIPTIONS && method == StripeMethod.CANCEL;
        RequestMethod verb = canceledByDeletion ? RequestMethod.DELETE : method.verb();
        String path = operation.path();
        if (method.isOfOneObject() && operation != StripeOperation.BALANCE) {
            path += "/" + objectId(exchange.getMessage()) + (canceledByDeletion ? "" : method.pathSuffix());
        }
        return request(exchange, verb, path, parameters(exchange, operation, method), operation.type());
    }

    /** Where camel-stripe takes no notice of the body, only what Stripe takes there is taken from it. */
    private static Map<String, @Nullable Object> parameters(
            Exchange exchange, StripeOperation operation, StripeMethod method) {
        return switch (method) {
            case RETRIEVE -> RequestParameters.of(exchange, Set.of("expand", "client_secret"));
            case DELETE -> Map.of();
            case CANCEL ->
                operation.isUpstream(method)
                        ? RequestParameters.of(
                                exchange,
                                Set.of(
                                        "cancellation_reason",
                                        "cancellation_details",
                                        "invoice_now",
                                        "prorate",
                                        "expand"))
                        : RequestParameters.of(exchange);
            case CREATE, UPDATE, LIST, CAPTURE, CONFIRM, ATTACH, DETACH, CLOSE -> RequestParameters.of(exchange);
        };
    }

    private Object list(Exchange exchange, StripeOperation operation) throws StripeException {
        Map<String, @Nullable Object> parameters = RequestParameters.of(exchange);
        String path = operation.path();
        String customer = text(exchange.getMessage(), StripeConstants.OBJECT_ID);
        if (operation == StripeOperation.PAYMENT_METHODS
                && customer != null
                && customer.startsWith("cus_")
                && customer.equals(parameters.getOrDefault("customer", customer))) {
            parameters.remove("customer");
            path = StripeOperation.CUSTOMERS.path() + "/" + objectId(exchange.getMessage()) + "/payment_methods";
        }
        Class<? extends StripeCollection<?>> pageType = Objects.requireNonNull(operation.pageType());
        String listed = path;
        ObjectPages.Source source = page -> request(exchange, RequestMethod.GET, listed, page, pageType);
        String paging = text(exchange.getMessage(), StripeConstants.PAGING);
        return switch (paging == null ? "page" : paging) {
            case "page" -> source.page(parameters);
            case "all" -> new ObjectPages(parameters, source);
            default ->
                throw new IllegalArgumentException(StripeConstants.PAGING + " must be page or all, not " + paging);
        };
    }

    private <T extends StripeObject> T request(
            Exchange exchange,
            RequestMethod verb,
            String path,
            Map<String, @Nullable Object> parameters,
            Class<? extends T> type)
            throws StripeException {
        T answer = Objects.requireNonNull(stripe, "not started")
                .call(verb, path, parameters, options(exchange.getMessage(), verb), type);
        remember(exchange, answer.getLastResponse());
        return answer;
    }

    private RequestOptions options(Message message, RequestMethod verb) {
        RequestOptions.RequestOptionsBuilder options = RequestOptions.builder();
        if (verb == RequestMethod.POST) {
            String key = text(message, StripeConstants.IDEMPOTENCY_KEY);
            options.setIdempotencyKey(key == null ? endpoint.getComponent().newIdempotencyKey() : key);
        }
        try {
            return options.setStripeAccount(text(message, StripeConstants.ACCOUNT))
                    .build();
        } catch (RequestOptions.InvalidRequestOptionsException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private StripeOperation operation(Message message) {
        Object header = message.getHeader(StripeConstants.OPERATION_HEADER);
        if (header instanceof StripeOperation operation) {
            return operation;
        }
        String name = text(message, StripeConstants.OPERATION_HEADER);
        return name == null
                ? Objects.requireNonNull(endpoint.getConfiguration().getOperation())
                : StripeOperation.fromString(name);
    }

    /** @return the id, as a part of a path that leads nowhere else */
    private static String objectId(Message message) throws InvalidRequestException {
        String id = text(message, StripeConstants.OBJECT_ID);
        if (id == null) {
            throw refused(
                    "Invalid null ID found for url path formatting: " + StripeConstants.OBJECT_ID + " is not set");
        }
        if (id.length() > 255 || id.matches("\\.+") || id.chars().anyMatch(StripeProducer::isNotOfAnId)) {
            throw refused(StripeConstants.OBJECT_ID + " is no id of a Stripe object");
        }
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static boolean isNotOfAnId(int c) {
        return c == '/' || c == '\\' || Character.isISOControl(c);
    }

    private static InvalidRequestException refused(String reason) {
        return new InvalidRequestException(reason, "id", null, null, 0, null);
    }

    private static @Nullable String text(Message message, String header) {
        String value = message.getHeader(header, String.class);
        return value == null || value.isBlank() ? null : value;
    }

    private static void remember(Exchange exchange, @Nullable StripeResponse response) {
        if (response == null) {
            return;
        }
        exchange.setProperty(StripeConstants.REQUEST_ID, response.requestId());
        try {
            exchange.setProperty(StripeConstants.RESPONSE_DATE, response.date());
        } catch (DateTimeException e) {
            exchange.removeProperty(StripeConstants.RESPONSE_DATE); // not a date, so not known
        }
    }
}
