package io.payroutes.reconciliation;

import io.payroutes.store.BadParameterException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a run looks at.
 *
 * @param from inclusive
 * @param to exclusive, as in Stripe's reports
 * @param currency the settlement currency of the lines, in lower case; null for all
 */
public record Span(Instant from, Instant to, @Nullable String currency) {
    private static final Pattern CURRENCY = Pattern.compile("[a-z]{3}");

    /** @throws BadParameterException if it ends before it begins, or the currency is none */
    public Span {
        if (!from.isBefore(to)) {
            throw new BadParameterException("to", "must be later than from");
        }
        if (currency != null && !CURRENCY.matcher(currency).matches()) {
            throw new BadParameterException("currency", "must be three lower case letters such as jpy");
        }
    }

    boolean contains(Instant time) {
        return !time.isBefore(from) && time.isBefore(to);
    }
}
