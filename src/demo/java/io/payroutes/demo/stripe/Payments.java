package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What becomes of an attempt to pay a PaymentIntent. */
final class Payments {
    private final Account account;
    private final PaymentMethods methods;
    private final Charges charges;
    private final Disputes disputes;
    private final Supplier<String> url;

    Payments(Account account, PaymentMethods methods, Charges charges, Disputes disputes, Supplier<String> url) {
        this.account = account;
        this.methods = methods;
        this.charges = charges;
        this.disputes = disputes;
        this.url = url;
    }

    /** @throws Refusal with status 402 where the attempt failed; the intent tells of the failure then */
    ObjectNode attempt(ObjectNode intent, Attempt attempt, boolean sdk, boolean errorOnAction) {
        intent.putNull("last_payment_error").putNull("next_action");
        if (attempt.number > account.settings().confirmLimit) {
            cancel(intent, "automatic");
            return intent;
        }
        ObjectNode method = account.store().get(Json.word(intent, "payment_method"));
        TestMethod behaviour = methods.behaviour(Json.word(method, "id"));
        boolean agreed = methods.isAgreedOffSession(Json.word(method, "id"));
        boolean requested = intent.at("/payment_method_options/card/request_three_d_secure")
                .asText()
                .matches("any|challenge");
        boolean asks = !attempt.authenticated && behaviour.asksCustomer(attempt.offSession, agreed, requested);
        ObjectNode error;
        if (!asks) {
            error = pay(intent, method, behaviour, attempt);
        } else if (behaviour.authentication() == TestMethod.Authentication.LOOKUP_FAILS) {
            error = fail(intent, method, Decline.of("generic_decline"), false);
        } else if (attempt.offSession || errorOnAction) {
            error = fail(intent, method, Decline.authenticationRequired(), false);
        } else {
            ask(intent, attempt, sdk);
            error = null;
        }
        if (error != null) {
            throw Refusal.card(error);
        }
        return intent;
    }

    private void ask(ObjectNode intent, Attempt attempt, boolean sdk) {
        String id = Json.word(intent, "id");
        int number = attempt.number;
        intent.put("status", "requires_action")
                .set("next_action", NextAction.authenticate(account, id, url.get(), attempt, sdk));
        account.event("payment_intent.requires_action", intent);
        if (isManual(intent)) {
            account.later(account.settings().manualConfirmation, id, () -> {
                String status = Json.word(intent, "status");
                if (attempt.is(number)
                        && (status.equals("requires_action") || status.equals("requires_confirmation"))) {
                    attempt.authenticated = false;
                    fallBack(
                            intent,
                            "payment_intent_payment_attempt_expired",
                            "The latest payment attempt for this PaymentIntent has expired. You can provide"
                                    + " payment_method_data or a new PaymentMethod to attempt to fulfill this"
                                    + " PaymentIntent again.");
                }
            });
        }
    }

    private static boolean isManual(ObjectNode intent) {
        return "manual".equals(Json.text(intent, "confirmation_method"));
    }

    /** The customer has passed the authentication, or has failed it. */
    void authenticated(ObjectNode intent, Attempt attempt, boolean passed) {
        intent.putNull("next_action");
        if (!passed) {
            fallBack(
                    intent,
                    "payment_intent_authentication_failure",
                    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new"
                            + " PaymentMethod to attempt to fulfill this PaymentIntent again.");
            return;
        }
        attempt.authenticated = true;
        if (isManual(intent)) {
            intent.put("status", "requires_confirmation");
            return;
        }
        ObjectNode method = account.store().get(Json.word(intent, "payment_method"));
        pay(intent, method, methods.behaviour(Json.word(method, "id")), attempt);
    }

    /** Back to the beginning without a charge. */
    private void fallBack(ObjectNode intent, String code, String message) {
        ObjectNode error = Json.object()
                .put("code", code)
                .put("doc_url", Refusal.docUrl(code))
                .put("message", message);
        ObjectNode method = account.store().find(Json.text(intent, "payment_method"));
        error.set("payment_method", method == null ? null : method.deepCopy());
        error.put("type", "invalid_request_error");
        intent.putNull("next_action").putNull("payment_method").put("status", "requires_payment_method");
        intent.set("last_payment_error", error);
        account.event("payment_intent.payment_failed", intent);
    }

    /** @return the error, or null where the payment is on its way or done */
    private @Nullable ObjectNode pay(ObjectNode intent, ObjectNode method, TestMethod behaviour, Attempt attempt) {
        boolean authenticated = attempt.authenticated;
        attempt.authenticated = false;
        Decline decline = behaviour.decline();
        if (decline != null && (behaviour.isCard() || decline.blocked())) {
            return fail(intent, method, decline, authenticated);
        }
        ObjectNode charge = charges.attempt(intent, method, authenticated);
        intent.put("latest_charge", Json.word(charge, "id"));
        methods.charged(method);
        if (behaviour.isCard()) {
            succeed(intent, method, charge, behaviour, attempt);
        } else {
            process(intent, method, charge, behaviour, attempt);
        }
        return null;
    }

    private void process(
            ObjectNode intent, ObjectNode method, ObjectNode charge, TestMethod behaviour, Attempt attempt) {
        charges.pend(charge);
        intent.put("status", "processing");
        account.event("payment_intent.processing", intent);
        if (behaviour.trait() == TestMethod.Trait.NEVER_SETTLES) {
            return;
        }
        account.later(account.settings().bankDebit, Json.word(intent, "id"), () -> {
            Decline decline = behaviour.decline();
            if (decline == null) {
                succeed(intent, method, charge, behaviour, attempt);
            } else {
                fail(intent, method, charge, decline);
            }
        });
    }

    private void succeed(
            ObjectNode intent, ObjectNode method, ObjectNode charge, TestMethod behaviour, Attempt attempt) {
        charges.succeed(charge, intent);
        long amount = intent.path("amount").asLong();
        if (Charges.isHeld(intent)) {
            intent.put("status", "requires_capture").put("amount_capturable", amount);
            account.event("payment_intent.amount_capturable_updated", intent);
            int number = attempt.number;
            account.later(account.settings().hold, Json.word(intent, "id"), () -> {
                if (attempt.is(number) && Json.word(intent, "status").equals("requires_capture")) {
                    charges.expire(charge);
                    cancel(intent, "expired");
                }
            });
        } else {
            intent.put("status", "succeeded").put("amount_received", amount);
            account.event("payment_intent.succeeded", intent);
            disputes.follow(charge, behaviour);
        }
        save(intent, method);
    }

    /** Keeps the method for the customer where that was asked for. */
    private void save(ObjectNode intent, ObjectNode method) {
        String usage = Json.text(intent, "setup_future_usage");
        String customer = Json.text(intent, "customer");
        if (usage == null || customer == null) {
            return;
        }
        if ("unspecified".equals(Json.text(method, "allow_redisplay"))) {
            method.put("allow_redisplay", "limited");
        }
        methods.attach(method, customer);
        if (usage.equals("off_session")) {
            methods.agreedOffSession(Json.word(method, "id"));
        }
    }

    private ObjectNode fail(ObjectNode intent, ObjectNode method, Decline decline, boolean authenticated) {
        return fail(intent, method, charges.attempt(intent, method, authenticated), decline);
    }

    /** @return the error as the answer to a request has it */
    private ObjectNode fail(ObjectNode intent, ObjectNode method, ObjectNode charge, Decline decline) {
        charges.fail(charge, decline);
        ObjectNode error = Json.object().put("charge", Json.word(charge, "id"));
        error.setAll(decline.error());
        error.set("payment_method", method.deepCopy());
        intent.put("latest_charge", Json.word(charge, "id"))
                .put("status", "requires_payment_method")
                .putNull("payment_method")
                .set("last_payment_error", error.deepCopy());
        account.event("payment_intent.payment_failed", intent);
        error.set("payment_intent", intent.deepCopy());
        return error;
    }

    void capture(ObjectNode intent, long amount, boolean last) {
        charges.capture(charges.chargeOf(intent), amount, last);
        long left = intent.path("amount_capturable").asLong() - amount;
        intent.put("amount_received", intent.path("amount_received").asLong() + amount)
                .put("amount_capturable", last ? 0 : left);
        if (last) {
            intent.put("status", "succeeded");
            account.event("payment_intent.succeeded", intent);
            ObjectNode charge = charges.chargeOf(intent);
            disputes.follow(charge, methods.behaviour(Json.word(charge, "payment_method")));
        } else {
            account.event("payment_intent.amount_capturable_updated", intent);
        }
    }

    void cancel(ObjectNode intent, @Nullable String reason) {
        intent.put("status", "canceled")
                .put("amount_capturable", 0)
                .put("canceled_at", account.now())
                .put("cancellation_reason", reason)
                .putNull("next_action");
        account.event("payment_intent.canceled", intent);
    }
}
