package io.payroutes;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.notFound;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineLanguageTest {
    private static final String KEY = "a-key-for-the-api-0123456789abcdef";

    /** Stripe's library writes the indexes of lists in the digits of the machine's language, which Stripe does not know. */
    @Test
    void stripeIsAskedInCommonDigitsWhateverTheLanguageOfTheMachine() throws Exception {
        WireMockServer stripe =
                new WireMockServer(WireMockConfiguration.options().dynamicPort());
        stripe.start();
        stripe.stubFor(get(anyUrl()).willReturn(notFound().withBody("{\"error\": {\"message\": \"not there\"}}")));
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.POSTGRESQL)) {
            Map<String, String> settings = new HashMap<>(database.settings());
            settings.put("JAVA_TOOL_OPTIONS", "-Duser.language=ar -Duser.country=EG");
            settings.put("stripe.webhook-secret", "whsec_test");
            settings.put("stripe.api-key", "sk_test_1");
            settings.put("stripe.api-base", stripe.baseUrl());
            settings.put("api.keys", KEY);
            try (KilledProgram program = KilledProgram.start(settings)) {
                HttpRequest request = HttpRequest.newBuilder(program.api("/payments/pi_1?refresh=true"))
                        .header("Authorization", "Bearer " + KEY)
                        .build();
                HttpClient client = HttpClient.newHttpClient();
                await().atMost(Duration.ofMinutes(1))
                        .until(
                                () -> client.send(request, HttpResponse.BodyHandlers.discarding())
                                        .statusCode(),
                                status -> status == 404);
            }
            assertThat(stripe.findAll(getRequestedFor(urlPathEqualTo("/v1/payment_intents/pi_1"))))
                    .singleElement()
                    .satisfies(request -> assertThat(
                                    request.queryParameter("expand[0]").firstValue())
                            .isEqualTo("latest_charge"));
        } finally {
            stripe.stop();
        }
    }
}
