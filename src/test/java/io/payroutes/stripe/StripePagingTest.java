package io.payroutes.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.exception.ApiException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.StripeException;
import com.stripe.model.Event;
import com.stripe.model.EventCollection;
import com.stripe.model.HasId;
import io.payroutes.stripe.StripeOnLoopback.Answer;
import io.payroutes.stripe.StripeOnLoopback.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A list of many pages, forward and backward, against a server that pages as Stripe does. */
@Timeout(60)
class StripePagingTest {
    private static final int EVENTS = 7;

    private StripeOnLoopback stripe;
    private StripeRoute route;

    @BeforeEach
    void start() throws Exception {
        stripe = new StripeOnLoopback();
        stripe.answersAll(StripePagingTest::page);
        route = new StripeRoute(stripe);
    }

    @AfterEach
    void stop() {
        route.close();
        stripe.close();
    }

    /** Seven events, evt_7 the newest, in the way of the API: newest first, also before a cursor. */
    private static Answer page(Request request) {
        Map<String, String> query = new HashMap<>();
        for (String pair :
                request.query() == null ? new String[0] : request.query().split("&", -1)) {
            query.put(pair.replaceFirst("=.*", ""), pair.replaceFirst(".*=", ""));
        }
        String after = query.get("starting_after");
        String before = query.get("ending_before");
        if (after != null && before != null) {
            return Answer.error(400, "invalid_request_error", "parameter_invalid");
        }
        int limit = Integer.parseInt(query.getOrDefault("limit", "10"));
        IntPredicate inRange = n -> (after == null || n < number(after)) && (before == null || n > number(before));
        List<Integer> found = IntStream.rangeClosed(1, EVENTS)
                .map(i -> EVENTS + 1 - i)
                .filter(inRange)
                .boxed()
                .toList();
        List<Integer> page = before == null
                ? found.subList(0, Math.min(limit, found.size()))
                : found.subList(Math.max(0, found.size() - limit), found.size());
        return Answer.of(
                200,
                page.stream()
                        .map(n -> "{\"object\": \"event\", \"id\": \"evt_" + n + "\"}")
                        .collect(Collectors.joining(
                                ",",
                                "{\"object\": \"list\", \"has_more\": " + (found.size() > page.size())
                                        + ", \"data\": [",
                                "]}")));
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring("evt_".length()));
    }

    private ObjectPages all(Map<String, Object> parameters) throws Exception {
        return (ObjectPages) StripeRoute.result(route.send(
                "stripe:events", Map.of("CamelStripeMethod", "list", "CamelStripePaging", "all"), parameters));
    }

    private static List<String> ids(Iterator<HasId> objects) {
        List<String> ids = new ArrayList<>();
        objects.forEachRemaining(object -> ids.add(object.getId()));
        return ids;
    }

    private static List<String> events(int... numbers) {
        return Arrays.stream(numbers).mapToObj(n -> "evt_" + n).toList();
    }

    @Test
    void withoutTheHeaderOnePageIsGiven() throws Exception {
        EventCollection page = (EventCollection)
                route.ask("stripe:events", "list", null, Map.of("limit", 3, "starting_after", "evt_6"));

        assertThat(page.getData()).extracting(Event::getId).isEqualTo(events(5, 4, 3));
        assertThat(page.getHasMore()).isTrue();
        assertThat(stripe.onlyRequest().query()).contains("limit=3", "starting_after=evt_6");
    }

    @Test
    void forwardTheNewestComesFirst() throws Exception {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("limit", 3);
        parameters.put("type", "charge.failed");

        assertThat(ids(all(parameters))).isEqualTo(events(7, 6, 5, 4, 3, 2, 1));
        assertThat(stripe.requests())
                .extracting(Request::query)
                .containsExactly(
                        "limit=3&type=charge.failed",
                        "limit=3&type=charge.failed&starting_after=evt_5",
                        "limit=3&type=charge.failed&starting_after=evt_2");
        assertThat(parameters).as("the message's own").hasSize(2);
    }

    @Test
    void backwardTheOldestComesFirst() throws Exception {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("limit", 2);
        parameters.put("ending_before", "evt_1");

        assertThat(ids(all(parameters))).isEqualTo(events(2, 3, 4, 5, 6, 7));
        assertThat(stripe.requests())
                .extracting(Request::query)
                .containsExactly(
                        "limit=2&ending_before=evt_1", "limit=2&ending_before=evt_3", "limit=2&ending_before=evt_5");
    }

    @Test
    void aPageIsAskedForWhenItIsNeededAndNotBefore() throws Exception {
        ObjectPages events = all(Map.of("limit", 3));

        for (int i = 1; i <= 3; i++) {
            assertThat(events.hasNext()).isTrue();
            events.next();
            assertThat(stripe.requests()).hasSize(1);
        }
        assertThat(events.hasNext()).isTrue();
        assertThat(stripe.requests()).hasSize(2);
        events.close();
        assertThat(events.hasNext()).isFalse();
        assertThatThrownBy(events::next).isInstanceOf(NoSuchElementException.class);
        assertThat(stripe.requests()).hasSize(2);
    }

    @Test
    void withoutALimitThePagesAreAsLongAsTheyMayBe() throws Exception {
        assertThat(ids(all(Map.of()))).hasSize(EVENTS);
        assertThat(stripe.onlyRequest().query()).isEqualTo("limit=100");
    }

    @Test
    void anEmptyListHasNoObjects() throws Exception {
        assertThat(ids(all(Map.of("ending_before", "evt_7")))).isEmpty();
        stripe.onlyRequest();
    }

    @Test
    void whatFailsAtTheFirstPageFailsAtTheStep() {
        assertThatThrownBy(() -> all(Map.of("starting_after", "evt_5", "ending_before", "evt_1")))
                .isExactlyInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aPageInTheMiddleIsTriedAgain() throws Exception {
        ObjectPages events = all(Map.of("limit", 3));
        stripe.answers(Answer.none(), Answer.error(429, "rate_limit_error", "rate_limit"));

        assertThat(ids(events)).isEqualTo(events(7, 6, 5, 4, 3, 2, 1));
        assertThat(stripe.requests()).hasSize(5);
    }

    @Test
    void aPageInTheMiddleThatFailsEndsTheListWithStripesException() throws Exception {
        ObjectPages events = all(Map.of("limit", 3));
        stripe.answers(Answer.error(403, "invalid_request_error", "x"));
        List<String> seen = new ArrayList<>();

        assertThatThrownBy(() -> events.forEachRemaining(event -> seen.add(event.getId())))
                .isExactlyInstanceOf(PermissionException.class);
        assertThat(seen).isEqualTo(events(7, 6, 5));
        assertThat(events.hasNext()).isFalse();
    }

    @Test
    void aServerThatTurnsInCirclesIsNotFollowed() throws Exception {
        stripe.answersAll(request -> page(new Request("GET", "/v1/events", "limit=3", Map.of(), "")));
        ObjectPages events = all(Map.of("limit", 3));

        assertThatThrownBy(() -> ids(events)).isExactlyInstanceOf(ApiException.class);
        assertThat(stripe.requests()).hasSize(2);
    }

    @Test
    void aRouteSplitsThePagesAndItsErrorHandlingSeesStripesException() throws Exception {
        List<String> seen = new ArrayList<>();
        List<Throwable> handled = new ArrayList<>();
        route.camel().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(StripeException.class)
                        .handled(true)
                        .process(exchange ->
                                handled.add(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)));
                from("direct:events")
                        .setHeader("CamelStripeMethod", constant("list"))
                        .setHeader("CamelStripePaging", constant("all"))
                        .to("stripe:events")
                        .split(body())
                        .streaming()
                        .process(exchange -> seen.add(
                                exchange.getMessage().getBody(Event.class).getId()));
            }
        });
        route.send("direct:events", Map.of(), Map.of("limit", 3));
        assertThat(seen).isEqualTo(events(7, 6, 5, 4, 3, 2, 1));

        seen.clear();
        stripe.answers(
                page(new Request("GET", "/v1/events", "limit=3", Map.of(), "")),
                Answer.error(403, "invalid_request_error", "x"));
        Exchange failed = route.send("direct:events", Map.of(), Map.of("limit", 3));
        assertThat(seen).as("split looks one object ahead").isEqualTo(events(7, 6));
        assertThat(failed.getException()).isNull();
        assertThat(handled).singleElement().isInstanceOf(StripeException.class);
    }

    @Test
    void thePagesComeByTheSameAccount() throws Exception {
        Iterator<?> events = (Iterator<?>) StripeRoute.result(route.send(
                "stripe:events",
                Map.of("CamelStripeMethod", "list", "CamelStripePaging", "all", "CamelStripeAccount", "acct_1"),
                Map.of("limit", 4)));
        events.forEachRemaining(event -> {});

        assertThat(stripe.requests()).hasSize(2).allMatch(request -> "acct_1".equals(request.header("Stripe-Account")));
    }

    @Test
    void anotherWayOfPagingIsRefused() {
        assertThatThrownBy(() -> StripeRoute.result(route.send(
                        "stripe:events", Map.of("CamelStripeMethod", "list", "CamelStripePaging", "every"), null)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("CamelStripePaging must be page or all, not every");
        assertThat(stripe.requests()).isEmpty();
    }
}
