package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** Customers. */
final class Customers {
    static final String KIND = "customer";
    static final Set<String> PARAMS = Set.of(
            "address",
            "description",
            "email",
            "invoice_settings",
            "metadata",
            "name",
            "payment_method",
            "phone",
            "preferred_locales",
            "shipping",
            "tax_exempt");
    private static final String ADDRESS =
            "{\"city\": null, \"country\": null, \"line1\": null, \"line2\": null, \"postal_code\": null, \"state\": null}";
    private static final String INVOICES =
            "{\"custom_fields\": null, \"default_payment_method\": null, \"footer\": null, \"rendering_options\": null}";
    private static final String SHAPE = """
            {
              "id": null, "object": "customer", "address": null, "balance": 0, "created": 0, "currency": null,
              "default_source": null, "delinquent": false, "description": null, "email": null,
              "invoice_prefix": "PAYROUTE",
              "invoice_settings": {
                "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null
              },
              "livemode": false, "metadata": {}, "name": null, "next_invoice_sequence": 1, "phone": null,
              "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null
            }""";

    private final Account account;
    private final PaymentMethods methods;

    Customers(Account account, PaymentMethods methods) {
        this.account = account;
        this.methods = methods;
    }

    ObjectNode create(Call call) {
        ObjectNode customer =
                Json.object(SHAPE).put("id", account.id("cus").substring(0, 18)).put("created", account.now());
        change(customer, call.params());
        account.store().put(customer);
        account.event("customer.created", customer);
        String method = call.params().text("payment_method");
        if (method != null) {
            methods.attach(methods.resolve(method, "payment_method"), Json.word(customer, "id"));
        }
        return customer;
    }

    private static void change(ObjectNode customer, Params params) {
        String email = params.text("email");
        if (email != null && !email.contains("@")) {
            throw Refusal.invalid("Invalid email address: " + email, "email_invalid", "email");
        }
        params.copyTexts(customer, "description", "email", "name", "phone", "tax_exempt");
        params.copyMetadata(customer);
        params.copyShape(customer, "address", ADDRESS);
        params.copyShape(customer, "shipping", "{\"address\": " + ADDRESS + ", \"name\": null, \"phone\": null}");
        params.copyShape(customer, "invoice_settings", INVOICES);
        if (params.has("preferred_locales")) {
            customer.putArray("preferred_locales");
            params.texts("preferred_locales").forEach(customer.withArray("/preferred_locales")::add);
        }
    }

    ObjectNode retrieve(Call call) {
        return account.store().require(KIND, call.id(), "id");
    }

    private ObjectNode living(String id) {
        ObjectNode customer = account.store().require(KIND, id, "id");
        if (customer.has("deleted")) {
            throw Refusal.unknownObject(KIND, id, "id");
        }
        return customer;
    }

    ObjectNode update(Call call) {
        ObjectNode customer = living(call.id());
        ObjectNode before = customer.deepCopy();
        change(customer, call.params());
        account.updated("customer.updated", customer, before);
        return customer;
    }

    ObjectNode delete(Call call) {
        ObjectNode customer = living(call.id());
        account.event("customer.deleted", customer);
        List<ObjectNode> kept = account.store()
                .all(PaymentMethods.KIND)
                .filter(method -> call.id().equals(Json.text(method, "customer")))
                .toList();
        kept.forEach(method -> methods.detach(new Call(List.of(Json.word(method, "id")), Params.parse("", ""), false)));
        customer.retain("id", "object").put("deleted", true);
        return customer;
    }

    ObjectNode list(Call call) {
        String email = call.params().text("email");
        return account.store()
                .page(
                        KIND,
                        "/v1/customers",
                        call.params(),
                        customer -> !customer.has("deleted")
                                && (email == null || email.equals(Json.text(customer, "email"))));
    }
}
