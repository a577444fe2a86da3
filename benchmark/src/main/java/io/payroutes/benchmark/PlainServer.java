package io.payroutes.benchmark;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * What most people write: a Spring Boot controller that has stripe-java verify and parse the event, and inserts one row a
 * request with a JdbcTemplate, before it answers.
 */
@SpringBootApplication
@RestController
public class PlainServer {
    private final JdbcTemplate jdbc;
    private final String secret;

    PlainServer(JdbcTemplate jdbc, @Value("${secret}") String secret) {
        this.jdbc = jdbc;
        this.secret = secret;
        jdbc.execute("CREATE TABLE IF NOT EXISTS stripe_event (event_id VARCHAR(255) PRIMARY KEY,"
                + " event_type VARCHAR(255) NOT NULL, payload VARCHAR NOT NULL, received_at TIMESTAMPTZ NOT NULL)");
    }

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(PlainServer.class);
        application.setDefaultProperties(Map.of(
                "spring.datasource.url", args[0],
                "server.port", args[1],
                "secret", args[2],
                // As many as there are useful on two cores; the default is 10, too.
                "spring.datasource.hikari.maximum-pool-size", "10",
                "spring.main.banner-mode", "off",
                // Otherwise a connection ends after a hundred requests.
                "server.tomcat.max-keep-alive-requests", "-1",
                "logging.level.root", "warn"));
        application.run();
    }

    @PostMapping("/webhook")
    ResponseEntity<Void> webhook(@RequestBody byte[] body, @RequestHeader("Stripe-Signature") String signature) {
        String payload = new String(body, StandardCharsets.UTF_8);
        Event event;
        try {
            event = Webhook.constructEvent(payload, signature, secret);
        } catch (SignatureVerificationException e) {
            return ResponseEntity.badRequest().build();
        }
        jdbc.update(
                "INSERT INTO stripe_event (event_id, event_type, payload, received_at) VALUES (?, ?, ?, now())"
                        + " ON CONFLICT DO NOTHING",
                event.getId(),
                event.getType(),
                payload);
        return ResponseEntity.ok().build();
    }
}
