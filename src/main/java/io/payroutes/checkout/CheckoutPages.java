package io.payroutes.checkout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import io.payroutes.order.CheckoutLinks;
import io.payroutes.order.LinkedOrders;
import io.payroutes.order.Order;
import io.payroutes.payment.Ledger;
import io.payroutes.payment.Payment;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/**
 * The pages that customers pay on. They show what is owed and, where the payment has come to an end, that it has; the rest
 * is between the browser and Stripe. The templates, words, scripts and styles are under {@code web/} in the resources.
 * Thread-safe.
 */
public final class CheckoutPages {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JS_WORD = "js-";

    private final LinkedOrders orders;
    private final CheckoutLinks links;
    private final Ledger ledger;
    private final CustomerTexts texts;
    private final Shop shop;
    private final Configuration templates;

    /**
     * What the pages say about the shop.
     *
     * @param name how the shop calls itself
     * @param publishableKey Stripe's; null if there is none, and then the pages say that one cannot pay
     * @param stripeJs URL of Stripe.js
     */
    public record Shop(String name, @Nullable String publishableKey, String stripeJs) {

        /**
         * What a page may load and talk to: itself and Stripe.
         *
         * @see <a href="https://docs.stripe.com/security/guide#content-security-policy">Stripe: CSP directives</a>
         */
        String contentSecurityPolicy() {
            String origin = Visitors.origin(stripeJs);
            boolean isStripes = origin.equals("https://js.stripe.com");
            String scripts = isStripes ? origin + " https://*.js.stripe.com" : origin;
            return "default-src 'none'"
                    + "; script-src 'self' " + scripts
                    + "; frame-src " + scripts + (isStripes ? " https://hooks.stripe.com" : "")
                    + "; connect-src 'self' " + (isStripes ? "https://api.stripe.com" : origin)
                    + "; img-src 'self'" + (isStripes ? " https://*.stripe.com" : "")
                    + "; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        }
    }

    public CheckoutPages(LinkedOrders orders, CheckoutLinks links, Ledger ledger, CustomerTexts texts, Shop shop) {
        this.orders = orders;
        this.links = links;
        this.ledger = ledger;
        this.texts = texts;
        this.shop = shop;
        this.templates = new Configuration(Configuration.VERSION_2_3_34);
        templates.setClassForTemplateLoading(CheckoutPages.class, "/web");
        templates.setDefaultEncoding(StandardCharsets.UTF_8.name());
        templates.setOutputFormat(HTMLOutputFormat.INSTANCE);
        templates.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        templates.setLogTemplateExceptions(false);
        templates.setLocalizedLookup(false);
        // No template may make objects of classes it names.
        templates.setNewBuiltinClassResolver(freemarker.core.TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    }

    /** The page where an order is paid. */
    public void checkout(@Variable("order") String reference, Exchange exchange) {
        page("checkout", reference, exchange);
    }

    /** The page where an order is paid by card, and the server confirms. */
    public void card(@Variable("order") String reference, Exchange exchange) {
        page("card", reference, exchange);
    }

    /** The page where the customer comes back to. */
    public void complete(@Variable("order") String reference, Exchange exchange) {
        page("complete", reference, exchange);
    }

    private void page(String page, String reference, Exchange exchange) {
        Optional<Order> order = orders.find(reference);
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, order.isPresent() ? 200 : 404);
        message.setHeader(Exchange.CONTENT_TYPE, "text/html; charset=utf-8");
        message.setHeader("Content-Security-Policy", shop.contentSecurityPolicy());
        message.setHeader("Referrer-Policy", "no-referrer");
        message.setHeader("X-Content-Type-Options", "nosniff");
        message.setHeader("Cache-Control", "no-store");
        message.setBody(order.map(known -> known(page, reference, known)).orElseGet(this::unknown));
    }

    private String known(String page, String reference, Order order) {
        String language = texts.language(order);
        Map<String, String> words = words(language);
        Map<String, Object> model =
                model(page, words.get(page.equals("complete") ? page : "checkout"), language, words);
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", order.id());
        shown.put("description", order.description());
        model.put("order", shown);
        model.put("amount", order.money().format(Locale.forLanguageTag(language)));
        model.put("lines", lines(order));
        model.put("reference", reference);
        model.put("returnUrl", links.complete(order.id()));
        String state = state(order);
        boolean isOpen = state == null || page.equals("complete");
        if (!isOpen) {
            model.put("page", "over");
            model.put("state", state);
            model.put("stateText", words.get("state_" + state));
        } else if (shop.publishableKey == null) {
            model.put("page", "over");
            model.put("state", "failed");
            model.put("stateText", words.get("unavailable"));
        } else {
            model.put("script", page + ".js");
            model.put("publishableKey", shop.publishableKey);
            model.put("stripeJs", shop.stripeJs);
        }
        return render(model);
    }

    private String unknown() {
        String language = texts.language(null);
        Map<String, String> words = words(language);
        Map<String, Object> model = model("over", words.get("missing"), language, words);
        model.put("state", "failed");
        model.put("stateText", words.get("missing_text"));
        return render(model);
    }

    private Map<String, Object> model(String page, String title, String language, Map<String, String> words) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("page", page);
        model.put("title", title);
        model.put("language", language);
        model.put("shop", shop.name);
        model.put("words", words);
        model.put(
                "texts",
                words.entrySet().stream()
                        .filter(word -> word.getKey().startsWith(JS_WORD))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        return model;
    }

    /** How the payment has ended, or that it is on its way; null while there is something to pay. */
    private @Nullable String state(Order order) {
        Payment payment = order.paymentId() == null
                ? null
                : ledger.payment(order.paymentId()).orElse(null);
        if (payment == null || payment.status() == null) {
            return null;
        }
        return switch (payment.status()) {
            case SUCCEEDED, REQUIRES_CAPTURE -> "succeeded";
            case PROCESSING -> "processing";
            case CANCELED -> "canceled";
            case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION, REQUIRES_ACTION -> null;
        };
    }

    private static List<Map<String, Object>> lines(Order order) {
        List<Map<String, Object>> lines = new ArrayList<>();
        if (order.lines() == null) {
            return lines;
        }
        try {
            for (JsonNode line : JSON.readTree(order.lines())) {
                Stream.of("description", "sku", "id")
                        .map(line::path)
                        .filter(JsonNode::isTextual)
                        .findFirst()
                        .ifPresent(text -> {
                            Map<String, Object> shown = new LinkedHashMap<>();
                            shown.put("text", text.textValue());
                            if (line.path("quantity").isIntegralNumber()) {
                                shown.put("quantity", line.path("quantity").asText());
                            }
                            lines.add(shown);
                        });
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an order's lines were JSON when they were kept", e);
        }
        return lines;
    }

    private static Map<String, String> words(String language) {
        ResourceBundle bundle = ResourceBundle.getBundle(
                "web.words",
                Locale.forLanguageTag(language),
                CheckoutPages.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        return bundle.keySet().stream().collect(Collectors.toMap(key -> key, bundle::getString));
    }

    private String render(Map<String, Object> model) {
        StringWriter page = new StringWriter();
        try {
            templates.getTemplate("page.ftlh").process(model, page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TemplateException e) {
            throw new IllegalStateException("the page cannot be made", e);
        }
        return page.toString();
    }
}
