package io.payroutes.payment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the shop keeps what Stripe does not know: keys of the PaymentIntent's metadata, the first that is there wins.
 *
 * @param order keys of the order reference
 * @param language keys of the buyer's language
 * @param digital keys that say {@code true} when the goods are digital
 */
public record MetadataKeys(List<String> order, List<String> language, List<String> digital) {

    @Nullable
    String orderOf(StripeObject object) {
        return firstOf(order, object);
    }

    @Nullable
    String languageOf(StripeObject object) {
        return firstOf(language, object);
    }

    boolean isDigital(StripeObject object) {
        return "true".equalsIgnoreCase(firstOf(digital, object));
    }

    private static @Nullable String firstOf(List<String> keys, StripeObject object) {
        StripeObject metadata = object.at("metadata");
        for (String key : keys) {
            String value = metadata.text(key, 255);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
