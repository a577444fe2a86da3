package io.payroutes.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.stripe.Stripe;
import com.stripe.exception.RateLimitException;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, settings and the life of the component. */
@Timeout(60)
class StripeComponentTest {
    private StripeOnLoopback stripe;
    private StripeRoute route;

    @BeforeEach
    void start() throws Exception {
        stripe = new StripeOnLoopback();
        route = new StripeRoute(stripe);
    }

    @AfterEach
    void stop() {
        route.close();
        stripe.close();
    }

    @Test
    void aRouteWithoutAKeyDoesNotStart() {
        route.with(component -> component.setApiKey(null));

        Throwable failure = catchThrowable(() -> route.route("charge", "stripe:charges"));
        assertThat(failure).isInstanceOf(FailedToStartRouteException.class);
        assertThat(failure)
                .rootCause()
                .isInstanceOf(MissingApiKeyException.class)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stripe:charges needs an apiKey, its own or the component's");
    }

    @Test
    void onlyWhatNeedsAKeyNeedsOne() throws Exception {
        route.with(component -> component.setApiKey(" "));
        route.route("own", "stripe:charges?apiKey=sk_test_own");
        route.route("none", "log:none");
        route.send("direct:own", Map.of(), null);

        assertThat(stripe.onlyRequest().header("Authorization")).isEqualTo("Bearer sk_test_own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stripe:charges?lazyStartProducer=true", "stripe:charges"})
    void startedLazilyTheKeyIsMissedByTheFirstMessage(String uri) throws Exception {
        route.with(component -> {
            component.setApiKey(null);
            component.setLazyStartProducer(!uri.contains("?"));
        });
        route.route("charge", uri);

        Exchange exchange = route.send("direct:charge", Map.of(), null);
        assertThat(exchange.getException(IllegalArgumentException.class)).isInstanceOf(MissingApiKeyException.class);
        assertThat(stripe.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk_test with blank", "sk_test\nX-Evil: 1", "sk_tést"})
    void aKeyThatIsNoneIsNotTold(String key) {
        route.with(component -> component.setApiKey(key));

        assertThatThrownBy(() -> route.route("charge", "stripe:charges"))
                .rootCause()
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("apiKey has a character that no key has");
    }

    @Test
    void twoEndpointsWithTwoKeysDoNotMeetEachOther() throws Exception {
        route.with(component -> component.setMaxRequestsPerSecondPerEndpoint(0));
        route.with(component -> component.setMaxRequestsPerSecond(0));
        route.route("one", "stripe:charges?apiKey=sk_test_1");
        route.route("two", "stripe:charges?apiKey=sk_test_2&apiBase=" + stripe.base() + "/");
        CyclicBarrier together = new CyclicBarrier(8);
        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(thread -> CompletableFuture.runAsync(
                                () -> {
                                    meet(together);
                                    String name = thread % 2 == 0 ? "one" : "two";
                                    for (int i = 0; i < 20; i++) {
                                        route.send("direct:" + name, Map.of(), Map.of("description", name));
                                    }
                                },
                                command -> new Thread(command).start()))
                        .toArray(CompletableFuture[]::new))
                .get();

        assertThat(stripe.requests())
                .hasSize(160)
                .allSatisfy(request -> assertThat(request.header("Authorization"))
                        .isEqualTo(request.body().equals("description=one") ? "Bearer sk_test_1" : "Bearer sk_test_2"));
        assertThat(Stripe.apiKey).isNull();
        assertThat(Stripe.getApiBase()).isEqualTo(Stripe.LIVE_API_BASE);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void allEndpointsOfAKeyShareItsRate() throws Exception {
        route.with(component -> {
            component.setMaxRequestsPerSecond(2);
            component.setMaxRequestsPerSecondPerEndpoint(1);
            component.setMaxRateLimitWait(0);
            component.setWaits(new ManualWaits());
        });
        route.ask("stripe:charges", "create", null, null);
        // another endpoint of Camel's, the same of Stripe's; and with other ids
        assertThatThrownBy(() -> route.ask("stripe:charges?apiKey=" + StripeRoute.KEY, "create", null, null))
                .isInstanceOf(RateLimitException.class)
                .hasMessageContaining("POST /v1/charges was not sent");
        route.ask("stripe:charges", "update", "ch_1", null);
        assertThatThrownBy(() -> route.ask("stripe:charges", "update", "ch_2", null))
                .isInstanceOf(RateLimitException.class)
                .hasMessageContaining("POST /v1/charges/* was not sent");
        assertThatThrownBy(() -> route.ask("stripe:refunds", "create", null, null))
                .isInstanceOf(RateLimitException.class);
        route.ask("stripe:refunds?apiKey=sk_test_other", "create", null, null);

        assertThat(stripe.requests()).hasSize(3);
    }

    @Test
    void repetitionsKeepTheRateToo() throws Exception {
        ManualWaits waits = new ManualWaits();
        route.with(component -> {
            component.setMaxRequestsPerSecondPerEndpoint(1);
            component.setWaits(waits);
        });
        stripe.answers(StripeOnLoopback.Answer.of(500, ""));
        long before = waits.now.get();
        route.ask("stripe:charges", "create", null, null);

        assertThat(stripe.requests()).hasSize(2);
        assertThat(waits.now.get() - before).isGreaterThanOrEqualTo(1_000_000_000);
    }

    @Test
    void whenARepetitionMayNotBeSentStripesAnswerIsTold() {
        route.with(component -> {
            component.setMaxRequestsPerSecondPerEndpoint(1);
            component.setMaxRateLimitWait(0);
            component.setWaits(new ManualWaits());
        });
        stripe.answers(StripeOnLoopback.Answer.error(500, "api_error", "maybe_done"));

        assertThatThrownBy(() -> route.ask("stripe:charges", "create", null, null))
                .hasMessageContaining("maybe_done");
        stripe.onlyRequest();
    }

    @Test
    void theKeyIsNowhereToBeSeen() throws Exception {
        String key = "sk_test_not_to_be_seen";
        route.route("charge", "stripe:charges?apiKey=" + key);
        Endpoint endpoint = route.camel().getEndpoints().stream()
                .filter(StripeEndpoint.class::isInstance)
                .findFirst()
                .orElseThrow();
        StringWriter seen = new StringWriter();
        seen.append(endpoint.toString())
                .append(endpoint.createProducer().toString())
                .append(((StripeEndpoint) endpoint).getConfiguration().toString())
                .append(route.component().toString());
        MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : jmx.queryNames(new ObjectName("org.apache.camel:*"), null)) {
            seen.append(name.toString());
            for (MBeanAttributeInfo attribute : jmx.getMBeanInfo(name).getAttributes()) {
                if (attribute.isReadable()) {
                    seen.append(attribute.getName() + "=" + jmx.getAttribute(name, attribute.getName()) + "\n");
                }
            }
        }

        assertThat(seen.toString()).contains("stripe:").doesNotContain(key).doesNotContain(StripeRoute.KEY);
    }

    @Test
    void settingsMayComeOfProperties() {
        PropertyBindingSupport.build()
                .withCamelContext(route.camel())
                .withTarget(route.component())
                .withConfigurer(new StripeComponentConfigurer())
                .withProperty("connectTimeout", "5s")
                .withProperty("retry-max-delay", "1m")
                .withProperty("maxNetworkRetries", "4")
                .bind();

        assertThat(route.component().getConnectTimeout()).isEqualTo(5_000);
        assertThat(route.component().getRetryMaxDelay()).isEqualTo(60_000);
        assertThat(route.component().getMaxNetworkRetries()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "maxNetworkRetries, -1",
        "connectTimeout, 0",
        "readTimeout, 0",
        "readTimeout, 3000000000",
        "maxRequestsPerSecond, -1",
        "maxRequestsPerSecondPerEndpoint, -1",
        "maxRateLimitWait, -1",
        "retryInitialDelay, 0",
        "retryMaxDelay, 0",
    })
    void aSettingThatMakesNoSenseStopsTheStart(String name, String value) {
        PropertyBindingSupport.build()
                .withCamelContext(route.camel())
                .withTarget(route.component())
                .withProperty(name, value)
                .bind();

        assertThatThrownBy(() -> route.route("charge", "stripe:charges"))
                .isInstanceOf(Exception.class)
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void aRouteStartsAgainAfterAStop() throws Exception {
        route.route("charge", "stripe:charges");
        route.send("direct:charge", Map.of(), null);
        route.camel().getRouteController().stopRoute("charge");
        route.camel().getRouteController().startRoute("charge");
        stripe.answers(StripeOnLoopback.Answer.of(500, ""));
        Exchange exchange = route.send("direct:charge", Map.of(), null);

        assertThat(exchange.getException()).isNull();
        assertThat(stripe.requests()).hasSize(3);
    }
}
