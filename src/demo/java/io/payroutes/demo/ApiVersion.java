package io.payroutes.demo;

/**
 * The Stripe API versions that change the shape of an event we read. A webhook endpoint is pinned to one of them, so all
 * of them are still seen.
 */
public enum ApiVersion {
    V2017_04_06("2017-04-06"),
    V2017_08_15("2017-08-15"),
    V2018_11_08("2018-11-08"),
    V2019_02_11("2019-02-11"),
    V2020_08_27("2020-08-27"),
    V2022_08_01("2022-08-01"),
    V2022_11_15("2022-11-15"),
    V2023_10_16("2023-10-16"),
    V2024_04_10("2024-04-10"),
    BASIL("2025-03-31.basil"),
    DAHLIA("2026-03-25.dahlia");

    private final String id;

    ApiVersion(String id) {
        this.id = id;
    }

    /** The version as an event's {@code api_version} writes it. */
    public String id() {
        return id;
    }

    /** {@code request} is the request's id instead of an object with the id and the idempotency key. */
    public boolean requestIsString() {
        return compareTo(V2017_08_15) < 0;
    }

    /** Speaks of sources: {@code requires_source}, {@code next_source_action}, {@code allowed_source_types}. */
    public boolean speaksOfSources() {
        return compareTo(V2019_02_11) < 0;
    }

    /** Has {@code next_action} and {@code payment_method_types}, be it beside the older names. */
    public boolean speaksOfPaymentMethods() {
        return compareTo(V2018_11_08) >= 0;
    }

    /** A PaymentIntent carries the list {@code charges} instead of {@code latest_charge}. */
    public boolean listsCharges() {
        return compareTo(V2022_11_15) < 0;
    }

    /** A Charge carries the list of its refunds without being asked to. */
    public boolean listsRefunds() {
        return compareTo(V2022_11_15) < 0;
    }

    /** Capture is asynchronous by default, so that a charge has no {@code balance_transaction} until it is updated. */
    public boolean capturesAsynchronously() {
        return compareTo(V2024_04_10) >= 0;
    }

    /** What a capture leaves over, or a hold that is let go, is booked as a refund that nobody asked for. */
    public boolean refundsWhatIsNotCaptured() {
        return compareTo(BASIL) < 0;
    }

    /** Lists say {@code total_count}. */
    public boolean countsLists() {
        return compareTo(BASIL) < 0;
    }

    /** PaymentIntents and Charges name their {@code invoice}. */
    public boolean namesInvoice() {
        return compareTo(BASIL) < 0;
    }

    /** {@code expired} is the cancellation reason of a hold that ran out; it was {@code automatic} before. */
    public boolean knowsExpired() {
        return compareTo(BASIL) >= 0;
    }

    /** The status that this version gives a PaymentIntent which today's version calls {@code status}. */
    public String status(String status) {
        if (!speaksOfSources()) {
            return status;
        }
        return switch (status) {
            case "requires_payment_method" -> "requires_source";
            case "requires_action" -> "requires_source_action";
            default -> status;
        };
    }

    /** The type that this version gives a next action which today's version calls {@code type}. */
    public String nextAction(String type) {
        return speaksOfSources() && type.equals("redirect_to_url") ? "authorize_with_url" : type;
    }
}
