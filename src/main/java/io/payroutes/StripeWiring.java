package io.payroutes;

import io.payroutes.stripe.StripeComponent;
import org.apache.camel.CamelContext;

/** Sets up the component {@code stripe:} from the settings. */
final class StripeWiring {
    private StripeWiring() {}

    static void bind(CamelContext camel, Settings settings) {
        StripeComponent stripe = new StripeComponent();
        StripeKeys.secret(settings).ifPresent(stripe::setApiKey);
        stripe.setApiBase(apiBase(settings));
        stripe.setConnectTimeout(
                settings.positiveDuration("stripe.connect-timeout").toMillis());
        stripe.setReadTimeout(
                settings.positiveDuration("stripe.response-timeout").toMillis());
        stripe.setMaxNetworkRetries(settings.number("stripe.retries"));
        stripe.setMaxRequestsPerSecond(settings.positive("stripe.requests-per-second"));
        stripe.setMaxRequestsPerSecondPerEndpoint(settings.positive("stripe.requests-per-second-per-endpoint"));
        // Without a key the program runs, and only what needs Stripe says that there is none.
        stripe.setLazyStartProducer(settings.text("stripe.api-key").isEmpty());
        camel.addComponent("stripe", stripe);
    }

    private static String apiBase(Settings settings) {
        String base = settings.httpUrl("stripe.api-base");
        if (base.endsWith("/")) {
            throw new SettingException("stripe.api-base", "must not end with a slash");
        }
        return base;
    }
}
