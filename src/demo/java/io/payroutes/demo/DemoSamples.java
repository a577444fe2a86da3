package io.payroutes.demo;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/** The sample payments of the demo, each with the events that Stripe sends for it. */
public final class DemoSamples {
    private final long start;
    private final Map<String, List<StripeEvent>> samples = new LinkedHashMap<>();

    DemoSamples(Clock clock) {
        this.start = clock.instant().getEpochSecond() - 600;
        fill("", samples);
    }

    /** Names of the samples. */
    public List<String> names() {
        return List.copyOf(samples.keySet());
    }

    /** Whether there is such a sample. */
    public boolean has(@Variable("sample") String name) {
        return samples.containsKey(name);
    }

    /**
     * The events of a sample.
     *
     * @param suffix makes payments of their own with it; without one the events are the same every time
     * @throws IllegalArgumentException if there is no such sample
     */
    public List<StripeEvent> events(@Variable("sample") String name, @Variable("suffix") @Nullable String suffix) {
        Map<String, List<StripeEvent>> all = samples;
        if (suffix != null && !suffix.isBlank()) {
            all = new LinkedHashMap<>();
            fill("_" + suffix.replaceAll("[^A-Za-z0-9]", ""), all);
        }
        List<StripeEvent> events = all.get(name);
        if (events == null) {
            throw new IllegalArgumentException("no sample '" + name + "'; there are " + names());
        }
        return events;
    }

    private void fill(String suffix, Map<String, List<StripeEvent>> into) {
        long t = start;
        StripePayment paid = payment("paid" + suffix, "1001" + suffix, 4900, "usd", "en", t)
                .receiptEmail("jenny.rosen@example.com")
                .customerName("Jenny Rosen");
        into.put(
                "paid",
                List.of(
                        paid.created(t),
                        paid.chargeSucceeded(t + 20),
                        paid.succeeded(t + 20),
                        paid.chargeUpdated(t + 50)));

        StripePayment declined = payment("declined" + suffix, "1002" + suffix, 12900, "usd", "en", t)
                .receiptEmail("john.doe@example.com")
                .customerName("John Doe");
        into.put(
                "declined-en",
                List.of(
                        declined.created(t),
                        declined.chargeFailed("insufficient_funds", 1, t + 30),
                        declined.paymentFailed("insufficient_funds", 1, t + 30)));

        StripePayment declinedJa = payment("declined_ja" + suffix, "1003" + suffix, 4900, "jpy", "ja", t)
                .receiptEmail("taro.yamada@example.com")
                .customerName("山田太郎");
        into.put(
                "declined-ja",
                List.of(
                        declinedJa.created(t),
                        declinedJa.chargeFailed("expired_card", 1, t + 30),
                        declinedJa.paymentFailed("expired_card", 1, t + 30)));

        StripePayment pending = payment("pending" + suffix, "1004" + suffix, 25000, "eur", "en", t)
                .receiptEmail("marie.curie@example.com")
                .customerName("Marie Curie")
                .paidWith("sepa_debit");
        into.put("pending", List.of(pending.created(t), pending.processing(t + 40)));

        StripePayment canceled = payment("canceled" + suffix, "1005" + suffix, 8000, "usd", "en", t);
        into.put("canceled", List.of(canceled.created(t), canceled.canceled("abandoned", t + 60)));

        StripePayment partial = payment("partial" + suffix, "1006" + suffix, 10000, "usd", "en", t)
                .manualCapture()
                .receiptEmail("ada.lovelace@example.com")
                .customerName("Ada Lovelace");
        into.put(
                "partially-captured",
                List.of(
                        partial.created(t),
                        partial.amountCapturableUpdated(10000, 0, t + 20),
                        partial.amountCapturableUpdated(4000, 6000, t + 90)));

        StripePayment refunded = payment("refunded" + suffix, "1007" + suffix, 3000, "usd", "en", t)
                .receiptEmail("grace.hopper@example.com")
                .customerName("Grace Hopper");
        into.put(
                "refunded",
                List.of(
                        refunded.created(t),
                        refunded.chargeSucceeded(t + 20),
                        refunded.succeeded(t + 20),
                        refunded.chargeUpdated(t + 50),
                        refunded.refundCreated(new Refund(1, 3000, t + 300), "succeeded", t + 300),
                        refunded.chargeRefunded(3000, t + 300)));

        into.put("duplicate", List.of(paid.succeeded(t + 20)));
        into.put("out-of-order", List.of(paid.processing(t + 10)));

        // The charge took less than the payment says it received.
        StripePayment mismatch = payment("mismatch" + suffix, "1008" + suffix, 4900, "jpy", "ja", t)
                .receiptEmail("hanako.sato@example.com")
                .customerName("佐藤花子");
        into.put(
                "mismatch",
                List.of(
                        mismatch.created(t),
                        mismatch.succeeded(t + 20),
                        mismatch.chargeSucceeded(t + 21)
                                .with("/data/object/amount", 4200)
                                .with("/data/object/amount_captured", 4200)));
    }

    private static StripePayment payment(
            String name, String order, long amount, String currency, String language, long t) {
        return StripePayment.of("pi_demo_" + name, amount, currency)
                .version(ApiVersion.DAHLIA)
                .order(order)
                .language(language)
                .at(t);
    }
}
