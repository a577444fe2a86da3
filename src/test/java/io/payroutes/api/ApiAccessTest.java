package io.payroutes.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.api.Client.Answer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nobody gets in without a key, by no route that there is now or will be. */
class ApiAccessTest {
    private static TestDatabase database;
    private static RunningPayroutes payroutes;
    private static Client client;

    @BeforeAll
    static void start() {
        database = TestDatabase.open(TestDatabase.Kind.H2);
        payroutes = RunningPayroutes.on(database).with("api.keys", Client.KEY).start();
        client = new Client(payroutes.url(""));
    }

    @AfterAll
    static void stop() {
        payroutes.close();
        database.close();
    }

    @Test
    void everyRouteUnderApiRefusesWhoeverHasNoKey() throws Exception {
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> routes = Files.newDirectoryStream(Path.of("routes/api"), "*.camel.yaml")) {
            routes.forEach(file -> files.add(file.getFileName().toString().replace(".camel.yaml", "")));
        }
        assertThat(files).isNotEmpty();
        for (String id : files) {
            Route route = payroutes.camel().getRoute(id);
            if (route == null || !(route.getEndpoint() instanceof PlatformHttpEndpoint endpoint)) {
                fail(id + " has no route of its name that begins with platform-http");
                return;
            }
            assertThat(endpoint.getPath()).as(id).startsWith("/api/");
            for (String method : endpoint.getHttpMethodRestrict().split(",", -1)) {
                for (String[] headers : List.of(
                        new String[0],
                        new String[] {"Authorization", "Bearer wrong"},
                        new String[] {"Authorization", "Basic " + Client.KEY},
                        new String[] {"Authorization", "Bearer " + Client.KEY, "Authorization", "Bearer wrong"},
                        new String[] {"X-Authorization", "Bearer " + Client.KEY})) {
                    assertRefused(client.ask(method, endpoint.getPath().replaceAll("[{}]", ""), headers));
                }
            }
        }
    }

    @Test
    void everyPathBelowApiBelongsToARouteFileOfTheApi() {
        for (Route route : payroutes.camel().getRoutes()) {
            if (route.getEndpoint() instanceof PlatformHttpEndpoint endpoint
                    && endpoint.getPath().startsWith("/api")) {
                assertThat(Path.of("routes/api", route.getId() + ".camel.yaml")).exists();
                assertThat(route.getGroup()).isEqualTo("api");
            }
        }
    }

    @Test
    void whatIsNotThereIsNotToldWithoutAKeyEither() {
        assertRefused(client.ask("GET", "/api/nothing"));
        assertRefused(client.ask("DELETE", "/api/payments"));
        assertRefused(client.ask("GET", "/api"));
    }

    @Test
    void aKeyInTheQueryIsNoKey() {
        assertRefused(client.ask("GET", "/api/payments?Authorization=Bearer%20" + Client.KEY));
        assertRefused(client.ask("GET", "/api/payments?authorization=Bearer%20" + Client.KEY));
    }

    @Test
    void withoutConfiguredKeysNobodyGetsIn() {
        try (TestDatabase other = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes keyless = RunningPayroutes.on(other).start()) {
            Client outside = new Client(keyless.url(""));
            assertRefused(outside.get("/api/payments"));
            assertRefused(outside.ask("GET", "/api/payments", "Authorization", "Bearer "));
        }
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("www-authenticate")).isEqualTo("Bearer");
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("status").intValue()).isEqualTo(401);
        assertThat(answer.json().path("instance").textValue()).startsWith("/api");
        assertThat(answer.response().body()).doesNotContain(Client.KEY);
    }
}
