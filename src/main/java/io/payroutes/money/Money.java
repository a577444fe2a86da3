package io.payroutes.money;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An amount of money as Stripe's API states it.
 *
 * <p>The number of decimals is Stripe's own (<a href="https://docs.stripe.com/currencies">docs.stripe.com/currencies</a>)
 * and not {@link java.util.Currency}'s: the two disagree on ISK, UGX, MGA, IQD and LYD, by a factor of up to a thousand.
 *
 * @param minorUnits the amount in the smallest unit that Stripe's API uses for the currency: cents for {@code usd}, whole
 *     yen for {@code jpy}, fils for {@code kwd}; negative for money that goes back
 * @param currency the three-letter ISO code in lower case, as in Stripe's API
 */
public record Money(long minorUnits, String currency) {

    private static final Pattern CODE = Pattern.compile("[a-z]{3}");

    private static final Set<String> ZERO_DECIMAL = Set.of(
            "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf");

    private static final long LARGEST_CHARGE = 999_999_999_999L;

    private static final Set<String> THREE_DECIMAL = Set.of("bhd", "jod", "kwd", "omr", "tnd");

    // Stripe takes these times 100 for the sake of old integrations, though nobody has ever held a tenth of a króna.
    private static final Set<String> WITHOUT_VISIBLE_DECIMALS = Set.of("isk", "ugx");

    /**
     * Checks the currency's form.
     *
     * @throws IllegalArgumentException when the currency is not three lower-case letters
     */
    public Money {
        if (!CODE.matcher(currency).matches()) {
            throw new IllegalArgumentException(
                    "A currency is three lower-case letters as in Stripe's API, for example \"usd\"");
        }
    }

    /**
     * How many of the amount's last digits are decimals in Stripe's API.
     *
     * @return 0, 2 or 3; 2 for a currency that is not known
     */
    public int exponent() {
        if (ZERO_DECIMAL.contains(currency)) {
            return 0;
        }
        return THREE_DECIMAL.contains(currency) ? 3 : 2;
    }

    /**
     * Whether Stripe can charge this amount: from one unit up to twelve digits, and for the currencies whose last digits
     * are there for form only, with zeros in them. What is too little differs by account and is left to Stripe.
     *
     * @see <a href="https://docs.stripe.com/currencies#special-cases">Stripe: special cases</a>
     */
    public boolean canBeCharged() {
        long form = WITHOUT_VISIBLE_DECIMALS.contains(currency) ? 100 : THREE_DECIMAL.contains(currency) ? 10 : 1;
        return minorUnits > 0 && minorUnits <= LARGEST_CHARGE && minorUnits % form == 0;
    }

    /**
     * The amount in major units as plain decimal text, for machines: {@code 49.00}, {@code 4900} for yen, {@code 5.120}
     * for Kuwaiti dinar. No grouping, a full stop for the decimals, ASCII digits, whatever the JVM's locale.
     */
    public String toDecimal() {
        return sign() + wholeDigits() + (exponent() == 0 ? "" : "." + decimalDigits());
    }

    /**
     * The amount for a person who reads the given language: {@code $49.00} in English, {@code 4,900円} in Japanese.
     *
     * @param locale only the language and its separators matter; digits are always ASCII
     */
    public String format(Locale locale) {
        return MoneyFormat.format(this, locale);
    }

    String sign() {
        return minorUnits < 0 ? "-" : "";
    }

    String wholeDigits() {
        String digits = paddedDigits();
        return digits.substring(0, digits.length() - exponent());
    }

    String decimalDigits() {
        String digits = paddedDigits();
        return digits.substring(digits.length() - exponent());
    }

    /** The decimals that a customer expects to see; empty where the currency has none in daily life. */
    String visibleDecimalDigits() {
        String decimals = decimalDigits();
        return WITHOUT_VISIBLE_DECIMALS.contains(currency) && decimals.equals("00") ? "" : decimals;
    }

    private String paddedDigits() {
        // Long.MIN_VALUE has no positive counterpart, so the sign is cut from the text and not from the number.
        String digits = Long.toString(minorUnits).substring(minorUnits < 0 ? 1 : 0);
        return "0".repeat(Math.max(0, exponent() + 1 - digits.length())) + digits;
    }
}
