package io.payroutes.stripe;

import com.stripe.exception.ApiException;
import com.stripe.exception.StripeException;
import com.stripe.model.StripeObject;
import com.stripe.net.ApiRequest;
import com.stripe.net.ApiResource.RequestMethod;
import com.stripe.net.Authenticator;
import com.stripe.net.BaseAddress;
import com.stripe.net.BearerTokenAuthenticator;
import com.stripe.net.LiveStripeResponseGetter;
import com.stripe.net.RequestOptions;
import com.stripe.net.StripeResponseGetter;
import com.stripe.net.StripeResponseGetterOptions;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stripe, by one API key at one address. Nothing of it is global: each endpoint has its own, and the objects that come of it
 * call Stripe by it, too. Thread-safe.
 */
final class StripeApi {
    private final StripeResponseGetter stripe;

    /** @param maxNetworkRetries how often a request that failed in passing is repeated */
    StripeApi(
            String apiKey,
            String apiBase,
            int connectTimeout,
            int readTimeout,
            int maxNetworkRetries,
            StripeTransport transport) {
        this.stripe = new LiveStripeResponseGetter(
                new Options(
                        new BearerTokenAuthenticator(apiKey), apiBase, connectTimeout, readTimeout, maxNetworkRetries),
                transport);
    }

    <T extends StripeObject> T call(
            RequestMethod verb,
            String path,
            Map<String, @Nullable Object> parameters,
            RequestOptions options,
            Class<? extends T> type)
            throws StripeException {
        try {
            return stripe.request(new ApiRequest(BaseAddress.API, verb, path, parameters, options), type);
        } catch (ApiException e) {
            if (e.getCause() == null) {
                throw e;
            }
            // It quotes the whole answer, which names customers.
            throw unreadable(verb, path, e.getRequestId(), e.getStatusCode(), e.getCause());
        } catch (NullPointerException | ClassCastException | IllegalStateException | UnsupportedOperationException e) {
            // The SDK is not prepared for JSON that is not Stripe's.
            throw unreadable(verb, path, null, 0, e);
        }
    }

    private static ApiException unreadable(
            RequestMethod verb, String path, @Nullable String requestId, Integer status, Throwable cause) {
        return new ApiException(
                "The answer to " + verb + " " + path + " is not Stripe's", requestId, null, status, cause);
    }

    /** All that the SDK would otherwise take from its global settings. */
    private static final class Options extends StripeResponseGetterOptions {
        private final Authenticator authenticator;
        private final String apiBase;
        private final int connectTimeout;
        private final int readTimeout;
        private final int maxNetworkRetries;

        Options(
                Authenticator authenticator,
                String apiBase,
                int connectTimeout,
                int readTimeout,
                int maxNetworkRetries) {
            this.authenticator = authenticator;
            this.apiBase = apiBase;
            this.connectTimeout = connectTimeout;
            this.readTimeout = readTimeout;
            this.maxNetworkRetries = maxNetworkRetries;
        }

        @Override
        public Authenticator getAuthenticator() {
            return authenticator;
        }

        @Override
        public int getConnectTimeout() {
            return connectTimeout;
        }

        @Override
        public int getReadTimeout() {
            return readTimeout;
        }

        @Override
        public int getMaxNetworkRetries() {
            return maxNetworkRetries;
        }

        @Override
        public String getApiBase() {
            return apiBase;
        }

        @Override
        public String getFilesBase() {
            return apiBase;
        }

        @Override
        public String getConnectBase() {
            return apiBase;
        }

        @Override
        public String getMeterEventsBase() {
            return apiBase;
        }

        @Override
        public @Nullable String getClientId() {
            return null;
        }

        @Override
        public @Nullable Proxy getConnectionProxy() {
            return null;
        }

        @Override
        public @Nullable PasswordAuthentication getProxyCredential() {
            return null;
        }

        @Override
        public @Nullable String getStripeAccount() {
            return null;
        }

        @Override
        public @Nullable String getStripeContext() {
            return null;
        }
    }
}
