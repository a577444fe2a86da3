package io.payroutes.checkout;

import com.stripe.model.PaymentMethod;
import com.stripe.model.PaymentMethodCollection;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.NoSuchRecordException;
import io.payroutes.store.PageQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/** The payment methods that a customer has kept and wants to be shown again. */
public final class SavedMethods {

    /** What to ask Stripe for: one page, those that may always be shown. */
    public void ask(
            @Variable("id") String customer,
            @Variable("parameters") Map<String, String> parameters,
            Exchange exchange) {
        if (!customer.matches("[A-Za-z0-9_]{1,255}")) {
            throw new NoSuchRecordException("customer");
        }
        Map<String, String> left = new LinkedHashMap<>(parameters);
        String limit = left.remove("limit");
        String after = left.remove("after");
        PageQuery.none(left);
        if (limit != null && !limit.matches("[1-9][0-9]?|100")) {
            throw new BadParameterException("limit", "must be a whole number from 1 to 100");
        }
        if (after != null && !after.matches("[A-Za-z0-9_]{1,255}")) {
            throw new BadParameterException("after", "must be the 'next' of a page that was answered before");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("customer", customer);
        body.put("allow_redisplay", "always");
        body.put("limit", limit == null ? "20" : limit);
        if (after != null) {
            body.put("starting_after", after);
        }
        exchange.getMessage().setHeader("CamelStripeObjectId", customer);
        exchange.getMessage().setBody(body);
    }

    /** One page as the API shows lists. */
    public Map<String, @Nullable Object> answer(@Body PaymentMethodCollection methods) {
        List<PaymentMethod> data = methods.getData();
        boolean hasMore = Boolean.TRUE.equals(methods.getHasMore()) && !data.isEmpty();
        Map<String, @Nullable Object> page = new LinkedHashMap<>();
        page.put("object", "list");
        page.put("data", data.stream().map(SavedMethods::resource).toList());
        page.put("has_more", hasMore);
        page.put("next", hasMore ? data.get(data.size() - 1).getId() : null);
        return page;
    }

    private static Map<String, @Nullable Object> resource(PaymentMethod method) {
        Map<String, @Nullable Object> resource = new LinkedHashMap<>();
        resource.put("object", "payment_method");
        resource.put("id", method.getId());
        resource.put("type", method.getType());
        resource.put("customer", method.getCustomer());
        PaymentMethod.Card card = method.getCard();
        resource.put("card_brand", card == null ? null : card.getBrand());
        resource.put("card_last4", card == null ? null : card.getLast4());
        resource.put("card_exp_month", card == null ? null : card.getExpMonth());
        resource.put("card_exp_year", card == null ? null : card.getExpYear());
        return resource;
    }
}
