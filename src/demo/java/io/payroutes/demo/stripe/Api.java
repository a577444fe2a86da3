package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The parts of the account and the routes to them. */
final class Api {
    private static final Set<String> PAGE = Set.of("created", "ending_before", "limit", "starting_after");
    private static final Set<String> NONE = Set.of();

    private final PaymentMethods methods;
    private final PaymentIntents intents;
    private final SetupIntents setups;
    private final Charges charges;
    private final Refunds refunds;
    private final Disputes disputes;
    private final Customers customers;
    private final Ledger ledger;
    private final EventLog events;
    private final Expansion expansion;
    private final Account account;

    Api(Account account, Supplier<String> url) {
        this.account = account;
        this.methods = new PaymentMethods(account);
        this.ledger = new Ledger(account);
        this.charges = new Charges(account, methods, ledger);
        this.refunds = new Refunds(account, methods, ledger);
        this.disputes = new Disputes(account, ledger);
        this.customers = new Customers(account, methods);
        this.events = new EventLog(account);
        this.expansion = new Expansion(account.store(), refunds);
        this.intents = new PaymentIntents(account, methods, new Payments(account, methods, charges, disputes, url));
        this.setups = new SetupIntents(account, methods, url);
    }

    Ledger ledger() {
        return ledger;
    }

    Disputes disputes() {
        return disputes;
    }

    Expansion expansion() {
        return expansion;
    }

    /** The customer has passed the authentication that {@code intent} asks for, or has failed it. */
    void authenticate(String intent, boolean passed) {
        ObjectNode object = account.store().get(intent);
        if (!Json.word(object, "status").equals("requires_action")) {
            throw new IllegalStateException(intent + " asks for no action: it is " + Json.word(object, "status"));
        }
        account.during(null, null);
        if (Json.word(object, "object").equals(PaymentIntents.KIND)) {
            intents.authenticated(object, passed);
        } else {
            setups.authenticated(object, passed);
        }
    }

    /** Where the customer goes after the authentication, or an empty text. */
    String returnUrl(String intent) {
        String url = intent.startsWith("pi_") ? intents.returnUrl(intent) : setups.returnUrl(intent);
        return url == null ? "" : url;
    }

    /** Whether the authentication page of this attempt is still the current one. */
    boolean isCurrent(String intent, int attempt) {
        return (intent.startsWith("pi_") ? intents.attempt(intent) : setups.attempt(intent)).is(attempt);
    }

    private static Set<String> page(String... filters) {
        Set<String> all = new HashSet<>(PAGE);
        all.addAll(List.of(filters));
        return Set.copyOf(all);
    }

    List<Route> routes() {
        String intent = "/v1/payment_intents/*";
        String setup = "/v1/setup_intents/*";
        String method = "/v1/payment_methods/*";
        return List.of(
                Route.of("POST", "/v1/customers", Customers.PARAMS, customers::create),
                Route.of("GET", "/v1/customers", page("email"), customers::list),
                Route.of("GET", "/v1/customers/*", NONE, customers::retrieve),
                Route.of("POST", "/v1/customers/*", Customers.PARAMS, customers::update),
                Route.of("DELETE", "/v1/customers/*", NONE, customers::delete),
                Route.of(
                        "GET",
                        "/v1/customers/*/payment_methods",
                        page("allow_redisplay", "type"),
                        methods::listOfCustomer),
                Route.of("GET", "/v1/customers/*/payment_methods/*", NONE, methods::retrieveOfCustomer),
                Route.of("POST", "/v1/payment_methods", PaymentMethods.DATA, methods::create)
                        .forBrowsers(),
                Route.of("GET", "/v1/payment_methods", page("allow_redisplay", "customer", "type"), methods::list),
                Route.of("GET", method, NONE, methods::retrieve),
                Route.of("POST", method, PaymentMethods.DATA, methods::update),
                Route.of("POST", method + "/attach", Set.of("customer"), methods::attach),
                Route.of("POST", method + "/detach", NONE, methods::detach),
                Route.of("POST", "/v1/payment_intents", PaymentIntents.CREATE, intents::create),
                Route.of("GET", "/v1/payment_intents", page("customer"), intents::list),
                Route.of("GET", intent, NONE, intents::retrieve).forBrowsers(),
                Route.of("POST", intent, PaymentIntents.UPDATE, intents::update),
                Route.of("POST", intent + "/confirm", PaymentIntents.CONFIRM, intents::confirm)
                        .forBrowsers(),
                Route.of("POST", intent + "/capture", PaymentIntents.CAPTURE, intents::capture),
                Route.of("POST", intent + "/cancel", Set.of("cancellation_reason"), intents::cancel),
                Route.of("POST", "/v1/setup_intents", SetupIntents.CREATE, setups::create),
                Route.of("GET", "/v1/setup_intents", page("customer", "payment_method"), setups::list),
                Route.of("GET", setup, NONE, setups::retrieve).forBrowsers(),
                Route.of("POST", setup, SetupIntents.UPDATE, setups::update),
                Route.of("POST", setup + "/confirm", SetupIntents.CONFIRM, setups::confirm)
                        .forBrowsers(),
                Route.of("POST", setup + "/cancel", Set.of("cancellation_reason"), setups::cancel),
                Route.of("GET", "/v1/charges", page("customer", "payment_intent"), charges::list),
                Route.of("GET", "/v1/charges/*", NONE, charges::retrieve),
                Route.of(
                        "POST",
                        "/v1/charges/*",
                        Set.of(
                                "description",
                                "fraud_details",
                                "metadata",
                                "receipt_email",
                                "shipping",
                                "transfer_group"),
                        charges::update),
                Route.of("POST", "/v1/charges/*/capture", Set.of("amount"), this::captureCharge),
                Route.of(
                        "POST",
                        "/v1/refunds",
                        Set.of("amount", "charge", "metadata", "payment_intent", "reason"),
                        refunds::create),
                Route.of("GET", "/v1/refunds", page("charge", "payment_intent"), refunds::list),
                Route.of("GET", "/v1/refunds/*", NONE, refunds::retrieve),
                Route.of("POST", "/v1/refunds/*", Set.of("metadata"), refunds::update),
                Route.of("POST", "/v1/refunds/*/cancel", NONE, refunds::cancel),
                Route.of("GET", "/v1/disputes", page("charge", "payment_intent"), disputes::list),
                Route.of("GET", "/v1/disputes/*", NONE, disputes::retrieve),
                Route.of("POST", "/v1/disputes/*", Set.of("evidence", "metadata", "submit"), disputes::update),
                Route.of("POST", "/v1/disputes/*/close", NONE, disputes::closeAsLost),
                Route.of("GET", "/v1/events", page("delivery_success", "type", "types"), events::list),
                Route.of("GET", "/v1/events/*", NONE, events::retrieve),
                Route.of("GET", "/v1/balance", NONE, ledger::balance),
                Route.of("GET", "/v1/balance_transactions", page("currency", "payout", "source", "type"), ledger::list),
                Route.of("GET", "/v1/balance_transactions/*", NONE, ledger::retrieve),
                Route.of("GET", "/v1/payouts", page("status"), ledger::listPayouts),
                Route.of("GET", "/v1/payouts/*", NONE, ledger::retrievePayout));
    }

    /** A charge of a PaymentIntent is captured with it. */
    private ObjectNode captureCharge(Call call) {
        ObjectNode charge = account.store().require(Charges.KIND, call.id(), "id");
        if (charge.path("captured").asBoolean()) {
            throw Refusal.invalid(
                    "Charge " + call.id() + " has already been captured.", "charge_already_captured", null);
        }
        String amount = call.params().text("amount");
        Params params = Params.parse(amount == null ? "" : "amount_to_capture=" + amount, "");
        intents.capture(new Call(List.of(Json.word(charge, "payment_intent")), params, false));
        return charge;
    }
}
