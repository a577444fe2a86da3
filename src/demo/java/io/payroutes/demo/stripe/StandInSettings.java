package io.payroutes.demo.stripe;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** How a stand-in is to be; read once, by {@link StripeStandIn#start}. Not thread-safe. */
public final class StandInSettings {
    public static final String SECRET_KEY = "sk_test_standin";
    public static final String PUBLISHABLE_KEY = "pk_test_standin";
    public static final String WEBHOOK_SECRET = "whsec_standin";

    int port;
    List<String> secretKeys = List.of(SECRET_KEY);
    String publishableKey = PUBLISHABLE_KEY;
    Clock clock = Clock.systemUTC();
    Random random = new SecureRandom();
    String apiVersion = "2026-07-29.dahlia";

    @Nullable
    URI webhookUrl;

    String webhookSecret = WEBHOOK_SECRET;
    List<Duration> retryDelays = List.of(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(1));
    int deliveryTries = 50;
    Duration deliveryTimeout = Duration.ofSeconds(10);
    Duration asyncCapture = Duration.ZERO;
    Duration bankDebit = Duration.ofDays(4);
    Duration refundChange = Duration.ofMinutes(5);
    Duration hold = Duration.ofDays(7);
    Duration manualConfirmation = Duration.ofHours(1);
    int confirmLimit = 100;
    Duration lockWait = Duration.ofMillis(100);

    /** @param value 0, which is the default, for any free port of the loopback interface */
    public StandInSettings port(int value) {
        port = value;
        return this;
    }

    /** The secret keys that are accepted; by default {@link #SECRET_KEY} alone. */
    public StandInSettings secretKeys(String... values) {
        secretKeys = List.of(values);
        return this;
    }

    public StandInSettings publishableKey(String value) {
        publishableKey = value;
        return this;
    }

    /** The time of the account: {@code created}, holds, the hour of manual confirmation, idempotency keys. */
    public StandInSettings clock(Clock value) {
        clock = value;
        return this;
    }

    /** Makes ids; a seeded one makes them repeatable. */
    public StandInSettings random(Random value) {
        random = value;
        return this;
    }

    /** What the envelope of an event names as its version; the objects in it have today's shape in any case. */
    public StandInSettings apiVersion(String value) {
        apiVersion = value;
        return this;
    }

    /** Where events are delivered to, and what deliveries are signed with; nowhere by default. */
    public StandInSettings webhook(URI url, String secret) {
        webhookUrl = url;
        webhookSecret = secret;
        return this;
    }

    /** How long a delivery waits for its next try, in real time (the last one repeats), and how often it is tried. */
    public StandInSettings deliveryRetries(List<Duration> delays, int tries) {
        retryDelays = List.copyOf(delays);
        deliveryTries = tries;
        return this;
    }

    /** How long a receiver of events may take to answer; 10 s by default. */
    public StandInSettings deliveryTimeout(Duration value) {
        deliveryTimeout = value;
        return this;
    }

    /** How long a charge of {@code automatic_async} is without its balance transaction; by default a moment. */
    public StandInSettings asyncCapture(Duration value) {
        asyncCapture = value;
        return this;
    }

    /** How long a bank debit is processing; 4 days by default. */
    public StandInSettings bankDebit(Duration value) {
        bankDebit = value;
        return this;
    }

    /** How long a refund is pending, or succeeded before it fails; 5 minutes by default. */
    public StandInSettings refundChange(Duration value) {
        refundChange = value;
        return this;
    }

    /** How long an authorised amount is held; 7 days by default. */
    public StandInSettings hold(Duration value) {
        hold = value;
        return this;
    }

    /** Within what time of the attempt a server has to confirm a manual PaymentIntent again; 1 hour by default. */
    public StandInSettings manualConfirmation(Duration value) {
        manualConfirmation = value;
        return this;
    }

    /** How often an intent may be confirmed before it is canceled; 100 by default. */
    public StandInSettings confirmLimit(int value) {
        confirmLimit = value;
        return this;
    }

    /** How long a request waits, in real time, for an object that another request holds; 100 ms by default. */
    public StandInSettings lockWait(Duration value) {
        lockWait = value;
        return this;
    }
}
