package io.payroutes.benchmark;

/** Events as Stripe sends them, of about 1.6 kB. */
final class Events {
    private Events() {}

    /** A payment of its own that was made for an order of its own. */
    static String paid(String id) {
        long now = System.currentTimeMillis() / 1000;
        return """
                {
                  "id": "evt_%1$s",
                  "object": "event",
                  "api_version": "2026-07-29.dahlia",
                  "created": %2$d,
                  "data": {
                    "object": {
                      "id": "pi_%1$s",
                      "object": "payment_intent",
                      "amount": 4900,
                      "amount_capturable": 0,
                      "amount_details": {"tip": {}},
                      "amount_received": 4900,
                      "application": null,
                      "application_fee_amount": null,
                      "automatic_payment_methods": {"allow_redirects": "always", "enabled": true},
                      "canceled_at": null,
                      "cancellation_reason": null,
                      "capture_method": "automatic_async",
                      "client_secret": null,
                      "confirmation_method": "automatic",
                      "created": %2$d,
                      "currency": "jpy",
                      "customer": "cus_QXg1o8vcGmoR32",
                      "description": "Two boxes of tea",
                      "last_payment_error": null,
                      "latest_charge": "ch_%1$s",
                      "livemode": false,
                      "metadata": {"order_id": "order-%1$s", "language": "ja"},
                      "next_action": null,
                      "on_behalf_of": null,
                      "payment_method": "pm_1PgafuB7WZ01zgkWqYvH1bZ4",
                      "payment_method_options": {"card": {"installments": null, "request_three_d_secure": "automatic"}},
                      "payment_method_types": ["card"],
                      "processing": null,
                      "receipt_email": null,
                      "review": null,
                      "setup_future_usage": null,
                      "shipping": null,
                      "source": null,
                      "statement_descriptor": null,
                      "statement_descriptor_suffix": null,
                      "status": "succeeded",
                      "transfer_data": null,
                      "transfer_group": null
                    }
                  },
                  "livemode": false,
                  "pending_webhooks": 1,
                  "request": {"id": "req_%1$s", "idempotency_key": "key-%1$s"},
                  "type": "payment_intent.succeeded"
                }""".formatted(id, now);
    }
}
