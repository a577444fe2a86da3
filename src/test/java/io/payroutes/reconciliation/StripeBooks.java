package io.payroutes.reconciliation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.payroutes.demo.StripeEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Books of a Stripe account that a test can bend as it likes, behind Stripe's lists: a stateful stand-in keeps its books in
 * order, and these are to be out of it. Also takes what the ERP is sent.
 */
final class StripeBooks implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> KINDS = Map.of(
            "charges", "charge",
            "refunds", "refund",
            "disputes", "dispute",
            "balance_transactions", "balance_transaction",
            "payouts", "payout");

    private final HttpServer server;
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Map<String, Map<String, ObjectNode>> objects = new HashMap<>();
    private final Map<String, List<String>> payoutLines = new HashMap<>();
    private final List<StripeEvent> events = new ArrayList<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Integer> refusals = new ArrayDeque<>();
    private final Set<String> unknown = new HashSet<>();
    private Predicate<String> refused = path -> false;
    private long now;
    private int number;

    /** @param now when the first object was made, epoch seconds */
    StripeBooks(Instant now) {
        this.now = now.getEpochSecond();
        KINDS.keySet().forEach(kind -> objects.put(kind, new LinkedHashMap<>()));
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/", this::answer);
        server.createContext("/erp", exchange -> send(exchange, 200, "{}"));
        server.setExecutor(workers);
        server.start();
    }

    /** Empty books; the first object is made now. */
    synchronized void clear(Instant time) {
        objects.values().forEach(Map::clear);
        payoutLines.clear();
        events.clear();
        asked.clear();
        refusals.clear();
        unknown.clear();
        now = time.getEpochSecond();
        number = 0;
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Everything that Stripe would have told, in the order in which it happened. */
    List<StripeEvent> events() {
        return events;
    }

    /** The paths and queries that were asked for. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    /** Answers the next requests for such a path with these statuses; 0 is an answer that breaks off, 1 half a page. */
    synchronized void refuse(Predicate<String> path, Integer... statuses) {
        refused = path;
        refusals.addAll(List.of(statuses));
    }

    ObjectNode object(String kind, String id) {
        return Objects.requireNonNull(Objects.requireNonNull(objects.get(kind)).get(id), id);
    }

    void remove(String kind, String id) {
        Objects.requireNonNull(objects.get(kind)).remove(id);
    }

    /** The account has never had this payment, or its charge. */
    synchronized void neverHad(Sale sale) {
        remove("charges", sale.charge());
        remove("balance_transactions", sale.line());
        unknown.addAll(List.of(sale.payment(), sale.charge()));
    }

    void pass(long seconds) {
        now += seconds;
    }

    /** A payment and what belongs to it. */
    record Sale(String payment, String charge, String line) {}

    /** Somebody pays for an order. */
    Sale sale(String order, long amount, String currency) {
        return sale(order, amount, amount, currency, false);
    }

    /**
     * Somebody pays for an order, and less than was authorized is captured.
     *
     * @param old whether this is told in the semantics from before basil
     */
    Sale sale(String order, long amount, long captured, String currency, boolean old) {
        pass(60);
        number++;
        String payment = "pi_" + number;
        ObjectNode charge = charge(payment, order, amount, captured, currency);
        long neverTaken = amount - captured;
        ObjectNode line = line("charge", "charge", id(charge), old ? amount : captured, currency);
        charge.put("balance_transaction", id(line));
        if (old && neverTaken > 0) {
            line("refund", "partial_capture_reversal", id(charge), -neverTaken, currency);
        }
        ObjectNode told = charge.deepCopy();
        if (old) {
            told.put("amount_refunded", neverTaken);
        }
        tell("charge.succeeded", told, old);
        tell("payment_intent.succeeded", intent(payment, order, amount, captured, currency, id(charge)), old);
        return new Sale(payment, id(charge), id(line));
    }

    /** One more charge of a payment, of which nobody is told. */
    ObjectNode charge(String payment, String order, long amount, long captured, String currency) {
        number++;
        ObjectNode charge = JSON.createObjectNode();
        charge.put("id", "ch_" + number).put("object", "charge").put("payment_intent", payment);
        charge.put("amount", amount).put("amount_captured", captured).put("amount_refunded", 0);
        charge.put("currency", currency).put("captured", true).put("paid", true).put("refunded", false);
        charge.put("disputed", false)
                .put("status", "succeeded")
                .put("livemode", false)
                .put("created", now);
        charge.putNull("balance_transaction");
        charge.putObject("metadata").put("order", order);
        put("charges", charge);
        return charge;
    }

    /** A charge without a PaymentIntent, as from before there were any; its sale has no payment. */
    Sale lone(String order, long amount, String currency) {
        pass(60);
        ObjectNode charge = charge("", order, amount, amount, currency).putNull("payment_intent");
        ObjectNode line = line("charge", "charge", id(charge), amount, currency);
        charge.put("balance_transaction", id(line));
        tell("charge.succeeded", charge, false);
        return new Sale("", id(charge), id(line));
    }

    /** An attempt that was declined. */
    void declined(String payment, String order, long amount, String currency) {
        ObjectNode charge = charge(payment, order, amount, 0, currency);
        charge.put("status", "failed").put("paid", false).put("captured", false);
        tell("charge.failed", charge, false);
    }

    ObjectNode intent(
            String payment, String order, long amount, long received, String currency, @Nullable String charge) {
        ObjectNode intent = JSON.createObjectNode();
        intent.put("id", payment).put("object", "payment_intent").put("amount", amount);
        intent.put("amount_received", received).put("amount_capturable", 0).put("currency", currency);
        intent.put("status", "succeeded")
                .put("livemode", false)
                .put("created", now)
                .put("capture_method", received < amount ? "manual" : "automatic");
        intent.put("latest_charge", charge);
        intent.putObject("metadata").put("order", order);
        return intent;
    }

    ObjectNode line(String type, String category, String source, long amount, String currency) {
        number++;
        long fee = category.equals("charge") ? (amount * 36 + 500) / 1000 : 0;
        ObjectNode line = JSON.createObjectNode();
        line.put("id", "txn_" + number).put("object", "balance_transaction").put("type", type);
        line.put("reporting_category", category)
                .put("amount", amount)
                .put("fee", fee)
                .put("net", amount - fee);
        line.put("currency", currency)
                .put("source", source)
                .put("status", "available")
                .put("created", now);
        line.put("available_on", now).putNull("exchange_rate").putNull("description");
        ArrayNode fees = line.putArray("fee_details");
        if (fee != 0) {
            fees.addObject().put("amount", fee).put("currency", currency).put("type", "stripe_fee");
        }
        put("balance_transactions", line);
        return line;
    }

    /** Some, or all, of a charge goes back. */
    ObjectNode refund(Sale sale, long amount) {
        pass(60);
        number++;
        ObjectNode charge = object("charges", sale.charge());
        ObjectNode refund = JSON.createObjectNode();
        refund.put("id", "re_" + number).put("object", "refund").put("charge", sale.charge());
        refund.put("payment_intent", sale.payment().isEmpty() ? null : sale.payment());
        refund.put("amount", amount).put("status", "succeeded");
        refund.put("currency", charge.path("currency").asText()).put("created", now);
        put("refunds", refund);
        refund.put(
                "balance_transaction",
                id(line(
                        "refund",
                        "refund",
                        id(refund),
                        -amount,
                        charge.path("currency").asText())));
        charge.put("amount_refunded", charge.path("amount_refunded").asLong() + amount);
        charge.put(
                "refunded",
                charge.path("amount_refunded").asLong() == charge.path("amount").asLong());
        tell("refund.created", refund, false);
        tell("charge.refunded", charge, false);
        return refund;
    }

    ObjectNode dispute(Sale sale, long amount) {
        pass(60);
        number++;
        ObjectNode dispute = JSON.createObjectNode();
        dispute.put("id", "du_" + number).put("object", "dispute").put("charge", sale.charge());
        dispute.put("payment_intent", sale.payment()).put("amount", amount).put("status", "needs_response");
        dispute.put(
                        "currency",
                        object("charges", sale.charge()).path("currency").asText())
                .put("created", now);
        put("disputes", dispute);
        ObjectNode line = line(
                "adjustment",
                "dispute",
                id(dispute),
                -amount,
                dispute.path("currency").asText());
        line.put("fee", 1500).put("net", -amount - 1500);
        line.putArray("fee_details").addObject().put("amount", 1500).put("type", "stripe_fee");
        tell("charge.dispute.created", dispute, false);
        return dispute;
    }

    /** Pays out everything in a currency that was not paid out yet. */
    ObjectNode payOut(String currency) {
        pass(60);
        number++;
        String id = "po_" + number;
        List<String> lines = Objects.requireNonNull(objects.get("balance_transactions")).values().stream()
                .filter(line -> line.path("currency").asText().equals(currency))
                .map(StripeBooks::id)
                .filter(line -> payoutLines.values().stream().noneMatch(paid -> paid.contains(line)))
                .collect(Collectors.toCollection(ArrayList::new));
        long net = lines.stream()
                .mapToLong(
                        line -> object("balance_transactions", line).path("net").asLong())
                .sum();
        ObjectNode payout = JSON.createObjectNode();
        payout.put("id", id).put("object", "payout").put("amount", net).put("currency", currency);
        payout.put("status", "paid")
                .put("automatic", true)
                .put("method", "standard")
                .put("created", now);
        payout.put("reconciliation_status", "completed")
                .put("arrival_date", now)
                .put("livemode", false);
        payout.putNull("failure_code");
        put("payouts", payout);
        ObjectNode own = line("payout", "payout", id, -net, currency);
        payout.put("balance_transaction", id(own));
        lines.add(id(own));
        payoutLines.put(id, lines);
        tell("payout.paid", payout, false);
        return payout;
    }

    /** The lines that Stripe names for a payout; they can be changed. */
    List<String> linesOf(ObjectNode payout) {
        return Objects.requireNonNull(payoutLines.get(id(payout)));
    }

    /** An event about an object as it is now. */
    void tell(String type, ObjectNode object, boolean old) {
        number++;
        ObjectNode event = JSON.createObjectNode();
        event.put("id", "evt_" + number)
                .put("object", "event")
                .put("type", type)
                .put("created", now);
        event.put("api_version", old ? "2024-06-20" : "2026-03-25.dahlia").put("livemode", false);
        event.put("pending_webhooks", 1);
        event.putObject("data").set("object", object.deepCopy());
        events.add(new StripeEvent("evt_" + number, type, now, event.toString()));
    }

    /** Nobody is told of the events so far that mention this. */
    void keepQuietAbout(String id) {
        events.removeIf(event -> event.json().contains("\"" + id + "\""));
    }

    private void put(String kind, ObjectNode object) {
        Objects.requireNonNull(objects.get(kind)).put(id(object), object);
    }

    static String id(ObjectNode object) {
        return object.path("id").asText();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/v1/".length());
        String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
        asked.add(path + "?" + URLDecoder.decode(query, StandardCharsets.UTF_8));
        Integer refusal = refusal(path);
        if (refusal != null && refusal > 1) {
            send(exchange, refusal, "{\"error\": {\"type\": \"api_error\", \"message\": \"not now\"}}");
            return;
        }
        String[] parts = path.split("/", -1);
        Map<String, ObjectNode> all = objects.get(parts[0]);
        if (all == null) {
            send(exchange, 404, "{\"error\": {\"type\": \"invalid_request_error\", \"message\": \"no such list\"}}");
        } else if (parts.length == 2) {
            ObjectNode one = all.get(parts[1]);
            send(
                    exchange,
                    one == null ? 404 : 200,
                    one == null
                            ? "{\"error\": {\"type\": \"invalid_request_error\", \"code\": \"resource_missing\","
                                    + " \"message\": \"No such object\"}}"
                            : one.toString());
        } else if (isUnknown(parameters(query))) {
            send(
                    exchange,
                    400,
                    "{\"error\": {\"type\": \"invalid_request_error\", \"code\": \"resource_missing\","
                            + " \"param\": \"payment_intent\", \"message\": \"No such payment_intent\"}}");
        } else {
            String page = page(parts[0], all, parameters(query));
            if (refusal == null) {
                send(exchange, 200, page);
            } else if (refusal == 1) {
                send(exchange, 200, page.substring(0, page.length() / 2));
            } else {
                byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length + 10L);
                exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
                exchange.getResponseBody().flush();
                exchange.getHttpContext().getServer();
                throw new IOException("broken off");
            }
        }
    }

    private synchronized boolean isUnknown(Map<String, String> parameters) {
        return unknown.contains(parameters.get("payment_intent")) || unknown.contains(parameters.get("charge"));
    }

    private synchronized @Nullable Integer refusal(String path) {
        return refused.test(path) ? refusals.poll() : null;
    }

    private String page(String kind, Map<String, ObjectNode> all, Map<String, String> parameters) {
        List<String> ofPayout =
                parameters.containsKey("payout") ? payoutLines.getOrDefault(parameters.get("payout"), List.of()) : null;
        List<ObjectNode> found = new ArrayList<>(all.values().stream()
                .filter(o -> ofPayout == null || ofPayout.contains(id(o)))
                .filter(o -> matches(o, "payment_intent", parameters) && matches(o, "charge", parameters))
                .filter(o -> matches(o, "currency", parameters))
                .filter(o -> o.path("created").asLong() >= number(parameters, "created[gte]", 0))
                .filter(o -> o.path("created").asLong() < number(parameters, "created[lt]", Long.MAX_VALUE))
                .toList());
        Collections.reverse(found); // the newest first
        int from = 0;
        if (parameters.containsKey("starting_after")) {
            from = found.stream().map(StripeBooks::id).toList().indexOf(parameters.get("starting_after")) + 1;
        }
        int to = Math.min(found.size(), from + (int) number(parameters, "limit", 10));
        ObjectNode list = JSON.createObjectNode().put("object", "list").put("url", "/v1/" + kind);
        ArrayNode data = list.putArray("data");
        found.subList(from, to).forEach(data::add);
        return list.put("has_more", to < found.size()).toString();
    }

    private static boolean matches(JsonNode object, String field, Map<String, String> parameters) {
        return !parameters.containsKey(field) || object.path(field).asText().equals(parameters.get(field));
    }

    private static long number(Map<String, String> parameters, String name, long otherwise) {
        String value = parameters.get(name);
        return value == null ? otherwise : Long.parseLong(value);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
