package io.payroutes.demo.stripe;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which amounts and currencies Stripe takes. */
final class Amounts {
    private static final long MAXIMUM = 999_999_999_999L;
    private static final Set<String> ZERO_DECIMAL = Set.of(
            "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf");
    private static final Set<String> THREE_DECIMAL = Set.of("bhd", "jod", "kwd", "omr", "tnd");
    private static final Set<String> WHOLE_UNITS = Set.of("isk", "ugx");
    private static final Set<String> TWO_DECIMAL = Set.of(
            "usd", "aed", "all", "amd", "ars", "aud", "bdt", "bgn", "brl", "cad", "chf", "cny", "cop", "czk", "dkk",
            "egp", "eur", "gbp", "gel", "hkd", "huf", "idr", "ils", "inr", "kes", "kzt", "mad", "mxn", "myr", "ngn",
            "nok", "nzd", "pen", "php", "pkr", "pln", "qar", "ron", "rsd", "sar", "sek", "sgd", "thb", "try", "twd",
            "uah", "uyu", "zar");
    private static final Map<String, Long> MINIMA = Map.ofEntries(
            Map.entry("usd", 50L),
            Map.entry("eur", 50L),
            Map.entry("aud", 50L),
            Map.entry("cad", 50L),
            Map.entry("chf", 50L),
            Map.entry("nzd", 50L),
            Map.entry("sgd", 50L),
            Map.entry("brl", 50L),
            Map.entry("inr", 50L),
            Map.entry("gbp", 30L),
            Map.entry("jpy", 50L),
            Map.entry("krw", 50L),
            Map.entry("huf", 17500L),
            Map.entry("czk", 1500L),
            Map.entry("hkd", 400L),
            Map.entry("mxn", 1000L),
            Map.entry("thb", 1000L),
            Map.entry("nok", 300L),
            Map.entry("sek", 300L),
            Map.entry("dkk", 250L),
            Map.entry("aed", 200L),
            Map.entry("myr", 200L),
            Map.entry("pln", 200L),
            Map.entry("ron", 200L));
    private static final Map<String, String> SYMBOLS =
            Map.of("usd", "$", "eur", "€", "gbp", "£", "jpy", "¥", "krw", "₩", "inr", "₹");

    private Amounts() {}

    static String currency(Params params) {
        String currency = params.required("currency").toLowerCase(Locale.ROOT);
        if (!ZERO_DECIMAL.contains(currency)
                && !THREE_DECIMAL.contains(currency)
                && !WHOLE_UNITS.contains(currency)
                && !TWO_DECIMAL.contains(currency)) {
            throw Refusal.invalid(
                    "Invalid currency: " + currency + ". Stripe currently supports these currencies: usd, aed, …",
                    null,
                    "currency");
        }
        return currency;
    }

    /** The amount to be paid, in minor units. */
    static long payable(Params params, String currency) {
        Long given = positive(params, "amount");
        if (given == null) {
            throw Refusal.missing("amount");
        }
        long amount = given;
        if (amount < MINIMA.getOrDefault(currency, 1L)) {
            String message = "Amount must be at least " + written(MINIMA.get(currency), currency) + " " + currency;
            throw Refusal.invalid(message, "amount_too_small", "amount");
        }
        if (amount > MAXIMUM) {
            String message = "Amount must be no more than " + written(MAXIMUM, currency);
            throw Refusal.invalid(message, "amount_too_large", "amount");
        }
        if (WHOLE_UNITS.contains(currency) && amount % 100 != 0) {
            throw Refusal.invalid(
                    "Invalid amount: " + currency.toUpperCase(Locale.ROOT)
                            + " has no decimals; the amount must be divisible by 100.",
                    "invalid_charge_amount_no_decimal_compatible",
                    "amount");
        }
        if (THREE_DECIMAL.contains(currency) && amount % 10 != 0) {
            throw Refusal.invalid(
                    "Invalid amount: the last digit of an amount in " + currency.toUpperCase(Locale.ROOT)
                            + " must be 0.",
                    "invalid_charge_amount",
                    "amount");
        }
        return amount;
    }

    /** An integer of at least 1, or null where it is not given. */
    static @Nullable Long positive(Params params, String name) {
        Long amount = params.integer(name);
        if (amount != null && amount < 1) {
            throw Refusal.invalid("This value must be greater than or equal to 1.", "parameter_invalid_integer", name);
        }
        return amount;
    }

    /** The amount as Stripe's messages write it: {@code £5.01}. */
    static String written(@Nullable Long amount, String currency) {
        int digits = ZERO_DECIMAL.contains(currency) ? 0 : THREE_DECIMAL.contains(currency) ? 3 : 2;
        String number = String.format(
                Locale.ROOT, "%,." + digits + "f", BigDecimal.valueOf(amount == null ? 1 : amount, digits));
        return SYMBOLS.getOrDefault(currency, "") + number;
    }
}
