package io.payroutes.demo;

/** A dispute about a payment. An inquiry ({@code warning_…} statuses) moves no money. */
public record Dispute(long amount, String reason, boolean inquiry, long created) {
    public static Dispute of(long amount, long created) {
        return new Dispute(amount, "fraudulent", false, created);
    }

    public static Dispute inquiry(long amount, long created) {
        return new Dispute(amount, "fraudulent", true, created);
    }
}
