package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Payment methods: made of test cards and test bank accounts, and kept for customers. */
final class PaymentMethods {
    static final String KIND = "payment_method";
    static final Set<String> DATA = Set.of(
            "type", "card", "billing_details", "allow_redisplay", "metadata", "us_bank_account", "radar_options");

    private static final String BILLING = """
            {"address": {"city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null},
             "email": null, "name": null, "phone": null, "tax_id": null}""";
    private static final String CARD = """
            {
              "brand": null,
              "checks": {"address_line1_check": null, "address_postal_code_check": null, "cvc_check": "unchecked"},
              "country": "US", "display_brand": null, "exp_month": 0, "exp_year": 0, "fingerprint": null,
              "funding": "credit", "generated_from": null, "last4": null,
              "networks": {"available": [], "preferred": null}, "regulated_status": "unregulated",
              "three_d_secure_usage": {"supported": true}, "wallet": null
            }""";
    private static final String BANK = """
            {
              "account_holder_type": "individual", "account_type": "checking", "bank_name": "STRIPE TEST BANK",
              "financial_connections_account": null, "fingerprint": "FFDMA0jJDFjDf0aS", "last4": "6789",
              "networks": {"preferred": "ach", "supported": ["ach"]}, "routing_number": "110000000",
              "status_details": {}
            }""";
    private static final String ONCE_ONLY =
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with"
                    + " a connected account without Customer attachment, or was detached from a Customer. It may not be"
                    + " used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.";

    private final Account account;
    private final Map<String, TestMethod> behaviours = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private final Set<String> setUp = new HashSet<>();

    PaymentMethods(Account account) {
        this.account = account;
    }

    ObjectNode create(Call call) {
        return make(call.params());
    }

    /** A new payment method of {@code params}. */
    ObjectNode make(Params params) {
        String type = params.choice("type", "card", "us_bank_account");
        if (type == null) {
            throw Refusal.missing("type");
        }
        if (type.equals("us_bank_account")) {
            TestMethod success = TestMethod.named("pm_usBankAccount_success");
            return make(java.util.Objects.requireNonNull(success), params);
        }
        if (params.object("card") == null) {
            throw Refusal.missing("card");
        }
        String token = params.text("card[token]");
        if (token != null) {
            TestMethod method = TestMethod.named(token);
            if (method == null) {
                throw Refusal.unknownObject("token", token, "card[token]");
            }
            return make(method, params);
        }
        return make(numbered(params.required("card[number]").replaceAll("[ -]", ""), params), params);
    }

    private TestMethod numbered(String number, Params params) {
        if (!number.matches("\\d{12,19}") || !passesLuhn(number)) {
            throw Refusal.card(problem("incorrect_number", "Your card number is incorrect.", "number"));
        }
        Long month = params.integer("card[exp_month]");
        Long year = params.integer("card[exp_year]");
        if (month == null || month < 1 || month > 12) {
            throw Refusal.card(
                    problem("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month"));
        }
        YearMonth today = YearMonth.from(Instant.ofEpochSecond(account.now()).atZone(ZoneOffset.UTC));
        if (year == null
                || YearMonth.of(Math.toIntExact(fullYear(year)), Math.toIntExact(month))
                        .isBefore(today)) {
            throw Refusal.card(problem("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year"));
        }
        String cvc = params.text("card[cvc]");
        if (cvc != null && !cvc.matches("\\d{3,4}")) {
            throw Refusal.card(problem("invalid_cvc", "Your card's security code is invalid.", "cvc"));
        }
        TestMethod method = TestMethod.numbered(number);
        if (method == null) {
            throw Refusal.card(problem(
                            "card_declined",
                            "Your card was declined. Your request was in test mode, but used a non test card. For a list"
                                    + " of valid test cards, visit: https://stripe.com/docs/testing.",
                            "")
                    .put("decline_code", "test_mode_live_card"));
        }
        return method;
    }

    private static long fullYear(long year) {
        return year < 100 ? 2000 + year : year;
    }

    private static ObjectNode problem(String code, String message, String param) {
        ObjectNode error = Json.object()
                .put("code", code)
                .put("doc_url", Refusal.docUrl(code))
                .put("message", message);
        if (!param.isEmpty()) {
            error.put("param", param);
        }
        return error.put("type", "card_error");
    }

    private static boolean passesLuhn(String number) {
        int sum = 0;
        for (int i = 0; i < number.length(); i++) {
            int digit = number.charAt(number.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? digit : digit * 2;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0;
    }

    private ObjectNode make(TestMethod behaviour, Params params) {
        ObjectNode method =
                Json.object().put("id", account.id("pm")).put("object", KIND).put("allow_redisplay", "unspecified");
        method.set("billing_details", Json.object(BILLING));
        if (behaviour.isCard()) {
            method.set("card", card(behaviour, params));
        } else {
            method.set("us_bank_account", Json.object(BANK));
        }
        method.put("created", account.now())
                .put("customer", (String) null)
                .put("customer_account", (String) null)
                .put("livemode", false)
                .put("type", behaviour.type());
        change(method, params);
        account.store().put(method);
        behaviours.put(method.get("id").asText(), behaviour);
        return method;
    }

    private ObjectNode card(TestMethod behaviour, Params params) {
        ObjectNode card = Json.object(CARD);
        Long month = params.integer("card[exp_month]");
        Long year = params.integer("card[exp_year]");
        int thisYear =
                Instant.ofEpochSecond(account.now()).atZone(ZoneOffset.UTC).getYear();
        card.put("brand", behaviour.brand())
                .put("display_brand", behaviour.brand())
                .put("exp_month", month == null ? 12 : month.intValue())
                .put("exp_year", year == null ? thisYear + 1 : (int) fullYear(year))
                // The same card has the same fingerprint, whatever payment method it is.
                .put("fingerprint", "Fp" + Long.toString(Long.parseLong(behaviour.number()), 36))
                .put("last4", behaviour.last4());
        card.withObject("/networks").withArray("/available").add(behaviour.brand());
        return card;
    }

    private static void change(ObjectNode method, Params params) {
        String redisplay = params.choice("allow_redisplay", "always", "limited", "unspecified");
        if (redisplay != null) {
            method.put("allow_redisplay", redisplay);
        }
        ObjectNode given = params.object("billing_details");
        if (given != null) {
            ObjectNode holder = Json.object();
            params.copyShape(holder, "billing_details", Json.write(method.get("billing_details")));
            method.set("billing_details", holder.get("billing_details"));
        }
        params.copyMetadata(method);
    }

    /** The method {@code id}; a test method's name becomes a new payment method. */
    ObjectNode resolve(String id, String param) {
        TestMethod test = account.store().find(id) == null ? TestMethod.named(id) : null;
        return test == null ? account.store().require(KIND, id, param) : make(test, Params.parse("", ""));
    }

    TestMethod behaviour(String id) {
        return java.util.Objects.requireNonNull(behaviours.get(id));
    }

    ObjectNode retrieve(Call call) {
        return resolve(call.id(), "id");
    }

    ObjectNode update(Call call) {
        ObjectNode method = account.store().require(KIND, call.id(), "id");
        if (!Json.isSet(method, "customer") && call.params().has("card")) {
            throw Refusal.invalid(
                    "You must save this PaymentMethod to a customer before you can update it.", null, null);
        }
        ObjectNode before = method.deepCopy();
        change(method, call.params());
        Long month = call.params().integer("card[exp_month]");
        Long year = call.params().integer("card[exp_year]");
        if (month != null && year != null) {
            method.withObject("/card").put("exp_month", month.intValue()).put("exp_year", (int) fullYear(year));
        }
        account.updated("payment_method.updated", method, before);
        return method;
    }

    ObjectNode list(Call call) {
        String customer = call.params().text("customer");
        return customer == null
                ? Store.page(java.util.List.of(), "/v1/payment_methods", call.params())
                : page(customer, "/v1/payment_methods", call.params());
    }

    ObjectNode listOfCustomer(Call call) {
        account.store().require("customer", call.id(), "id");
        return page(call.id(), "/v1/customers/" + call.id() + "/payment_methods", call.params());
    }

    ObjectNode retrieveOfCustomer(Call call) {
        ObjectNode method = account.store().require(KIND, call.ids().get(1), "id");
        if (!call.id().equals(Json.text(method, "customer"))) {
            throw Refusal.unknownObject(KIND, call.ids().get(1), "id");
        }
        return method;
    }

    private ObjectNode page(String customer, String url, Params params) {
        String type = params.text("type");
        String redisplay = params.choice("allow_redisplay", "always", "limited", "unspecified");
        return account.store()
                .page(
                        KIND,
                        url,
                        params,
                        method -> customer.equals(Json.text(method, "customer"))
                                && (type == null || type.equals(Json.text(method, "type")))
                                && (redisplay == null || redisplay.equals(Json.text(method, "allow_redisplay"))));
    }

    ObjectNode attach(Call call) {
        String customer = call.params().required("customer");
        ObjectNode method = resolve(call.id(), "id");
        account.store().require("customer", customer, "customer");
        String id = Json.word(method, "id");
        if (customer.equals(Json.text(method, "customer"))) {
            return method;
        }
        if (Json.isSet(method, "customer")) {
            throw Refusal.invalid(
                    "The payment method you provided has already been attached to a customer.",
                    "payment_method_unexpected_state",
                    null);
        }
        if (used.contains(id)) {
            throw Refusal.invalid(ONCE_ONLY, null, null);
        }
        refuseDeclining(method);
        attach(method, customer);
        return method;
    }

    /** @throws Refusal for a card that declines: it cannot be attached */
    private void refuseDeclining(ObjectNode method) {
        Decline decline = savingDeclined(Json.word(method, "id"));
        if (decline != null) {
            throw Refusal.card(decline.error());
        }
    }

    /** Why this card cannot be saved, or null. */
    @Nullable
    Decline savingDeclined(String id) {
        TestMethod behaviour = behaviour(id);
        return behaviour.attachable() ? null : behaviour.decline();
    }

    void attach(ObjectNode method, String customer) {
        if (!Json.isSet(method, "customer")) {
            method.put("customer", customer);
            if (method.get("card") instanceof ObjectNode card) {
                card.withObject("/checks").put("cvc_check", "pass");
            }
            account.event("payment_method.attached", method);
        }
    }

    ObjectNode detach(Call call) {
        ObjectNode method = account.store().require(KIND, call.id(), "id");
        if (!Json.isSet(method, "customer")) {
            throw Refusal.invalid(
                    "The payment method you provided is not attached to a customer so detachment is impossible.",
                    "payment_method_unexpected_state",
                    null);
        }
        ObjectNode before = method.deepCopy();
        method.putNull("customer");
        used.add(call.id());
        account.event("payment_method.detached", method, Json.previous(before, method));
        return method;
    }

    /** @throws Refusal where the method belongs to another customer, or may not be used any more */
    void refuseForeign(ObjectNode method, @Nullable String customer, String intentKind) {
        String id = Json.word(method, "id");
        String owner = Json.text(method, "customer");
        if (owner == null) {
            if (used.contains(id)) {
                throw Refusal.invalid(ONCE_ONLY, null, "payment_method");
            }
        } else if (customer == null) {
            throw Refusal.invalid(
                    "The `payment_method` parameter supplied " + id + " belongs to the Customer " + owner
                            + ". Please include the Customer in the `customer` parameter on the " + intentKind + ".",
                    "parameter_missing",
                    "customer");
        } else if (!owner.equals(customer)) {
            throw Refusal.invalid(
                    "The customer does not have a payment method with the ID " + id
                            + ". The payment method must be attached to the customer.",
                    "resource_missing",
                    "payment_method");
        }
    }

    /** A method that was charged cannot be used again, unless a customer has it. */
    void charged(ObjectNode method) {
        if (!Json.isSet(method, "customer")) {
            used.add(Json.word(method, "id"));
        }
    }

    /** The issuer agreed to payments without the customer. */
    void agreedOffSession(String id) {
        setUp.add(id);
    }

    boolean isAgreedOffSession(String id) {
        return setUp.contains(id);
    }
}
