package io.payroutes.stripe;

import org.apache.camel.spi.Metadata;

/**
 * The headers of {@code stripe:}. The first three are camel-stripe's own; the others are ours, and camel-stripe ignores
 * them.
 */
public final class StripeConstants {
    @Metadata(
            description =
                    "The operation, in place of the one in the endpoint's URI. (camel-stripe reads it from 4.24 on)",
            javaType = "String")
    public static final String OPERATION_HEADER = "CamelStripeOperation";

    @Metadata(
            description = "The method (create, retrieve, update, delete, list, cancel, capture; beyond camel-stripe:"
                    + " confirm, attach, detach, close). Without it: create",
            javaType = "String")
    public static final String METHOD_HEADER = "CamelStripeMethod";

    @Metadata(
            description = "The id of the object, for all methods but create and list. paymentMethods/list takes a"
                    + " customer's (cus_...) and then lists that customer's payment methods (beyond camel-stripe)",
            javaType = "String")
    public static final String OBJECT_ID = "CamelStripeObjectId";

    @Metadata(
            description = "Beyond camel-stripe: the idempotency key of a call that changes something, at most 255"
                    + " characters. Without it each such call gets one of its own, which its retries share",
            javaType = "String")
    public static final String IDEMPOTENCY_KEY = "CamelStripeIdempotencyKey";

    @Metadata(
            description = "Beyond camel-stripe: the connected account (acct_...) to call Stripe for",
            javaType = "String")
    public static final String ACCOUNT = "CamelStripeAccount";

    @Metadata(
            description = "Beyond camel-stripe, for list: page, which gives one page as a collection, or all, which"
                    + " gives an iterator over the objects of all pages. With ending_before among the parameters all"
                    + " goes forward in time, otherwise the newest object comes first",
            javaType = "String",
            defaultValue = "page",
            enums = "page,all")
    public static final String PAGING = "CamelStripePaging";

    /** Exchange property: when Stripe answered, by its own clock; a {@link java.time.Instant}. Beyond camel-stripe. */
    public static final String RESPONSE_DATE = "CamelStripeResponseDate";

    /** Exchange property: Stripe's id of the request, for its support and its logs. Beyond camel-stripe. */
    public static final String REQUEST_ID = "CamelStripeRequestId";

    private StripeConstants() {}
}
