package io.payroutes.payment;

import com.stripe.model.Charge;
import io.payroutes.store.NoSuchRecordException;
import io.payroutes.store.PageQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/** All attempts to pay a payment as Stripe has them now, failed ones included. */
public final class PaymentCharges {

    /** What to ask Stripe for. */
    public void ask(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters, Exchange exchange) {
        PageQuery.none(parameters);
        if (!id.matches("[A-Za-z0-9_]{1,255}")) {
            throw new NoSuchRecordException("payment");
        }
        exchange.getMessage().setBody(Map.of("payment_intent", id, "limit", 100));
    }

    /** The charges, newest first. */
    public Map<String, @Nullable Object> answer(@Body Iterator<Charge> charges) {
        List<Map<String, @Nullable Object>> data = new ArrayList<>();
        charges.forEachRemaining(charge -> data.add(resource(charge)));
        Map<String, @Nullable Object> list = new LinkedHashMap<>();
        list.put("object", "list");
        list.put("data", data);
        list.put("has_more", false);
        list.put("next", null);
        return list;
    }

    private static Map<String, @Nullable Object> resource(Charge charge) {
        Charge.PaymentMethodDetails details = charge.getPaymentMethodDetails();
        Charge.PaymentMethodDetails.Card card = details == null ? null : details.getCard();
        Map<String, @Nullable Object> resource = new LinkedHashMap<>();
        resource.put("object", "charge");
        resource.put("id", charge.getId());
        resource.put("status", charge.getStatus());
        resource.put("amount", charge.getAmount());
        resource.put("amount_captured", charge.getAmountCaptured());
        resource.put("amount_refunded", charge.getAmountRefunded());
        resource.put("currency", charge.getCurrency());
        resource.put("captured", charge.getCaptured());
        resource.put("refunded", charge.getRefunded());
        resource.put("disputed", charge.getDisputed());
        resource.put("failure_code", charge.getFailureCode());
        resource.put(
                "decline_code",
                charge.getOutcome() == null ? null : charge.getOutcome().getReason());
        resource.put("payment_method_type", details == null ? null : details.getType());
        resource.put("card_brand", card == null ? null : card.getBrand());
        resource.put("card_last4", card == null ? null : card.getLast4());
        resource.put("balance_transaction_id", charge.getBalanceTransaction());
        resource.put(
                "created_at",
                charge.getCreated() == null
                        ? null
                        : Instant.ofEpochSecond(charge.getCreated()).toString());
        return resource;
    }
}
