package io.payroutes;

import java.util.List;
import java.util.Optional;

/**
 * Stripe's keys, told apart by how they begin: one in the place of another either works nowhere, or is shown to every customer.
 * No message repeats one.
 *
 * @see <a href="https://docs.stripe.com/keys">API keys</a>
 */
final class StripeKeys {
    private static final String SIGNING = "whsec_";
    private static final String PUBLISHABLE = "pk_";

    private StripeKeys() {}

    /** The secret or restricted key; empty when it is not set. */
    static Optional<String> secret(Settings settings) {
        Optional<String> key = settings.text("stripe.api-key");
        if (key.filter(text -> text.startsWith(PUBLISHABLE) || text.startsWith(SIGNING))
                .isPresent()) {
            throw new SettingException("stripe.api-key", "must be a secret or restricted key (sk_..., rk_...)");
        }
        return key;
    }

    /** The key that stands in the customers' pages; empty when it is not set. */
    static Optional<String> publishable(Settings settings) {
        Optional<String> key = settings.text("stripe.publishable-key");
        if (key.filter(text -> !text.startsWith(PUBLISHABLE)).isPresent()) {
            throw new SettingException(
                    "stripe.publishable-key", "must be a publishable key (pk_...): it stands in the customers' pages");
        }
        return key;
    }

    /** What endpoints sign their events with, the old secret and the new one while it is rolled; at least one. */
    static List<String> signing(Settings settings) {
        List<String> secrets = settings.list("stripe.webhook-secret");
        if (secrets.isEmpty()) {
            throw new SettingException(
                    "stripe.webhook-secret", "is not set: without it nobody can tell Stripe's events from forgeries");
        }
        if (secrets.stream().anyMatch(secret -> secret.matches("(sk|rk|pk)_.*"))) {
            throw new SettingException(
                    "stripe.webhook-secret", "must be the endpoint's signing secret (whsec_...), not a key of the API");
        }
        return secrets;
    }
}
