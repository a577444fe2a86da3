package io.payroutes.stripe;

import com.stripe.Stripe;
import io.payroutes.retry.BackOff;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.LRUCacheFactory;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/**
 * {@code stripe:} in place of camel-stripe: the same URIs, headers, bodies and exceptions. What it has beyond that comes as
 * headers (see {@link StripeConstants}), as further operations, and as the properties below from {@code maxNetworkRetries} on,
 * which an endpoint does not have. Thread-safe once started.
 */
@Component("stripe")
public class StripeComponent extends DefaultComponent {
    /** More keys than any program has; whose is dropped begins its second anew. */
    private static final int MOST_KEYS = 1000;

    @Metadata(label = "security", secret = true, description = "The Stripe API key for authentication")
    private @Nullable String apiKey;

    @Metadata(label = "advanced", description = "Override the default Stripe API base URL (for testing purposes)")
    private @Nullable String apiBase;

    @Metadata(
            label = "producer",
            defaultValue = "2",
            description = "How often to repeat a call that failed in passing: no answer, 409, 429, 5xx, unless Stripe"
                    + " says otherwise. All attempts have the same idempotency key")
    private int maxNetworkRetries = 2;

    @Metadata(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "500",
            description = "The wait before the first repetition; it doubles with each, and half of it is chance")
    private long retryInitialDelay = 500;

    @Metadata(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "5000",
            description = "The longest wait before a repetition")
    private long retryMaxDelay = 5_000;

    @Metadata(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "30000",
            description = "How long to wait for a connection")
    private long connectTimeout = 30_000;

    @Metadata(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "80000",
            description = "How long to wait for a whole answer, the connection included; each repetition begins anew")
    private long readTimeout = 80_000;

    @Metadata(
            label = "producer",
            defaultValue = "100",
            description = "Most requests a second with one API key; 0 for any number. Stripe's own limit is 100 in live"
                    + " mode and 25 in a sandbox")
    private int maxRequestsPerSecond = 100;

    @Metadata(
            label = "producer",
            defaultValue = "25",
            description = "Most requests a second with one API key to one of Stripe's endpoints; 0 for any number")
    private int maxRequestsPerSecondPerEndpoint = 25;

    @Metadata(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "10000",
            description = "The longest wait for a request's turn; beyond it the call fails with a RateLimitException"
                    + " whose code is client_rate_limit")
    private long maxRateLimitWait = 10_000;

    private final Map<String, Throttle> throttles = LRUCacheFactory.newLRUCache(MOST_KEYS);
    private RandomGenerator random = new SecureRandom();
    private Supplier<String> idempotencyKeys = () -> UUID.randomUUID().toString();
    private @Nullable Waits givenWaits;
    private WaitsUntilShutdown ownWaits = new WaitsUntilShutdown();
    private java.net.http.@Nullable HttpClient http;

    public StripeComponent() {}

    public StripeComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        StripeConfiguration configuration = new StripeConfiguration();
        configuration.setOperation(StripeOperation.fromString(remaining));
        configuration.setApiKey(apiKey);
        configuration.setApiBase(apiBase);
        StripeEndpoint endpoint = new StripeEndpoint(uri, this, configuration);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        getCamelContext().addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                ownWaits.end();
            }
        });
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        must(maxNetworkRetries >= 0, "maxNetworkRetries must not be negative");
        must(connectTimeout > 0 && connectTimeout <= Integer.MAX_VALUE, "connectTimeout must be positive");
        must(readTimeout > 0 && readTimeout <= Integer.MAX_VALUE, "readTimeout must be positive");
        must(maxRequestsPerSecond >= 0, "maxRequestsPerSecond must not be negative");
        must(maxRequestsPerSecondPerEndpoint >= 0, "maxRequestsPerSecondPerEndpoint must not be negative");
        must(maxRateLimitWait >= 0, "maxRateLimitWait must not be negative");
        must(
                retryInitialDelay > 0 && retryMaxDelay >= retryInitialDelay,
                "retryInitialDelay must be positive and at most retryMaxDelay");
        ownWaits = new WaitsUntilShutdown();
        throttles.clear();
        http = java.net.http.HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(Duration.ofMillis(connectTimeout))
                .build();
    }

    private static void must(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }

    @Override
    protected void doStop() throws Exception {
        ownWaits.end();
        http = null;
        super.doStop();
    }

    StripeApi open(StripeConfiguration endpoint) {
        String key = endpoint.getApiKey() == null ? "" : endpoint.getApiKey().strip();
        if (key.isEmpty()) {
            throw new MissingApiKeyException(Objects.requireNonNull(endpoint.getOperation()));
        }
        if (!key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("apiKey has a character that no key has");
        }
        Waits waits = Objects.requireNonNullElse(givenWaits, ownWaits);
        Throttle throttle = throttles.computeIfAbsent(
                key,
                k -> new Throttle(
                        maxRequestsPerSecond,
                        maxRequestsPerSecondPerEndpoint,
                        Duration.ofMillis(maxRateLimitWait),
                        waits));
        BackOff backOff = new BackOff(Duration.ofMillis(retryInitialDelay), Duration.ofMillis(retryMaxDelay));
        return new StripeApi(
                key,
                base(endpoint.getApiBase()),
                (int) connectTimeout,
                (int) readTimeout,
                maxNetworkRetries,
                new StripeTransport(Objects.requireNonNull(http, "not started"), throttle, backOff, random, waits));
    }

    private static String base(@Nullable String apiBase) {
        return apiBase == null || apiBase.isBlank()
                ? Stripe.LIVE_API_BASE
                : apiBase.strip().replaceFirst("/+$", "");
    }

    String newIdempotencyKey() {
        return idempotencyKeys.get();
    }

    void setWaits(Waits waits) {
        this.givenWaits = waits;
    }

    void setRandom(RandomGenerator random) {
        this.random = random;
    }

    void setIdempotencyKeys(Supplier<String> idempotencyKeys) {
        this.idempotencyKeys = idempotencyKeys;
    }

    public @Nullable String getApiKey() {
        return apiKey;
    }

    public void setApiKey(@Nullable String apiKey) {
        this.apiKey = apiKey;
    }

    public @Nullable String getApiBase() {
        return apiBase;
    }

    public void setApiBase(@Nullable String apiBase) {
        this.apiBase = apiBase;
    }

    public int getMaxNetworkRetries() {
        return maxNetworkRetries;
    }

    public void setMaxNetworkRetries(int maxNetworkRetries) {
        this.maxNetworkRetries = maxNetworkRetries;
    }

    public long getRetryInitialDelay() {
        return retryInitialDelay;
    }

    /** @param retryInitialDelay in milliseconds */
    public void setRetryInitialDelay(long retryInitialDelay) {
        this.retryInitialDelay = retryInitialDelay;
    }

    public long getRetryMaxDelay() {
        return retryMaxDelay;
    }

    /** @param retryMaxDelay in milliseconds */
    public void setRetryMaxDelay(long retryMaxDelay) {
        this.retryMaxDelay = retryMaxDelay;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    /** @param connectTimeout in milliseconds */
    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getReadTimeout() {
        return readTimeout;
    }

    /** @param readTimeout in milliseconds */
    public void setReadTimeout(long readTimeout) {
        this.readTimeout = readTimeout;
    }

    public int getMaxRequestsPerSecond() {
        return maxRequestsPerSecond;
    }

    public void setMaxRequestsPerSecond(int maxRequestsPerSecond) {
        this.maxRequestsPerSecond = maxRequestsPerSecond;
    }

    public int getMaxRequestsPerSecondPerEndpoint() {
        return maxRequestsPerSecondPerEndpoint;
    }

    public void setMaxRequestsPerSecondPerEndpoint(int maxRequestsPerSecondPerEndpoint) {
        this.maxRequestsPerSecondPerEndpoint = maxRequestsPerSecondPerEndpoint;
    }

    public long getMaxRateLimitWait() {
        return maxRateLimitWait;
    }

    /** @param maxRateLimitWait in milliseconds */
    public void setMaxRateLimitWait(long maxRateLimitWait) {
        this.maxRateLimitWait = maxRateLimitWait;
    }
}
