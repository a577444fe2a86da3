package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Stripe of one's own, in test mode: keeps customers, payment methods, payments and refunds, answers as Stripe's API
 * documents it, delivers signed events, and serves a Stripe.js. It listens on the loopback interface only and forgets
 * everything when it is closed. Thread-safe.
 *
 * <p>Time-bound changes (holds, bank debits, refunds) come about by the clock of the settings, or at once by
 * {@link #settle}.
 */
public final class StripeStandIn implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StripeStandIn.class);
    private static final long LOOKS_AT_THE_CLOCK_EVERY_MILLIS = 20;

    private final StandInSettings settings;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Faults faults = new Faults();
    private final Journal journal = new Journal();
    private final Deliveries deliveries;
    private final Account account;
    private final Api api;
    private final Adoption adoption;
    private final Front front;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "stripe-stand-in-clock");
        thread.setDaemon(true);
        return thread;
    });

    private StripeStandIn(StandInSettings settings) throws IOException {
        this.settings = settings;
        this.deliveries = new Deliveries(settings, this::arrived);
        this.account = new Account(settings, deliveries);
        this.api = new Api(account, this::url);
        this.adoption = new Adoption(account, api.ledger());
        this.front = new Front(settings.port, closed);
        front.serve("/v1/", new ApiFront(settings, account, api, faults, journal, closed));
        front.serve("/", new BrowserFiles());
        front.serve("/3d_secure/", new AuthenticationPage(account, api));
        front.serve("/_control/", new Control(this));
    }

    /** @throws UncheckedIOException where the port is taken */
    public static StripeStandIn start(StandInSettings settings) {
        try {
            StripeStandIn standIn = new StripeStandIn(settings);
            standIn.front.start();
            Future<?> unused = standIn.ticker.scheduleWithFixedDelay(
                    standIn::keepTime,
                    LOOKS_AT_THE_CLOCK_EVERY_MILLIS,
                    LOOKS_AT_THE_CLOCK_EVERY_MILLIS,
                    TimeUnit.MILLISECONDS);
            return standIn;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With the {@linkplain StandInSettings default settings}. */
    public static StripeStandIn start() {
        return start(new StandInSettings());
    }

    /** {@code http://127.0.0.1:<port>}: the base of the API, and the origin of Stripe.js. */
    public String url() {
        return "http://127.0.0.1:" + front.port();
    }

    public int port() {
        return front.port();
    }

    public String secretKey() {
        return settings.secretKeys.get(0);
    }

    public String publishableKey() {
        return settings.publishableKey;
    }

    /** Where pages load Stripe.js from. */
    public String scriptUrl() {
        return url() + "/v3/";
    }

    public Faults faults() {
        return faults;
    }

    public Journal journal() {
        return journal;
    }

    public Deliveries deliveries() {
        return deliveries;
    }

    /** From now on two Event objects, with ids of their own, tell of each change. */
    public void sendTwins(boolean twins) {
        synchronized (account) {
            account.sendTwins(twins);
        }
    }

    /** A change that fails must not end the time. */
    private void keepTime() {
        try {
            tick();
        } catch (RuntimeException e) {
            LOG.error("The stand-in for Stripe failed at what was due", e);
        }
    }

    /** Does what is due by the clock; the stand-in does so by itself many times a second. */
    public void tick() {
        synchronized (account) {
            account.tick();
        }
    }

    /**
     * Lets happen at once what an object waits for: the end of a bank debit (by its PaymentIntent), the expiry of a hold
     * (PaymentIntent), a balance transaction (Charge), a pending or failing refund (Refund), the arrival of a payout
     * (Payout).
     *
     * @return how many changes there were
     */
    public int settle(String id) {
        synchronized (account) {
            return account.settle(id);
        }
    }

    /** {@link #settle} for all objects. */
    public int settleAll() {
        synchronized (account) {
            return account.settle(null);
        }
    }

    /**
     * The customer passes, or fails, the authentication that a PaymentIntent or a SetupIntent asks for.
     *
     * @throws IllegalStateException where it asks for none
     */
    public void authenticate(String intent, boolean passed) {
        synchronized (account) {
            account.tick();
            api.authenticate(intent, passed);
        }
    }

    /**
     * The customer's bank disputes a charge.
     *
     * @param inquiry whether it only asks, and takes no money yet
     * @return the dispute's id
     */
    public String openDispute(String charge, String reason, boolean inquiry) {
        synchronized (account) {
            ObjectNode found = account.store().require(Charges.KIND, charge, "charge");
            return Json.word(api.disputes().open(found, reason, inquiry), "id");
        }
    }

    public void closeDispute(String dispute, boolean won) {
        synchronized (account) {
            api.disputes().close(account.store().require(Disputes.KIND, dispute, "dispute"), won);
        }
    }

    /** Pays out what is available in a currency. @return the payout's id, or null where nothing is available */
    public @Nullable String payOut(String currency) {
        synchronized (account) {
            ObjectNode payout = api.ledger().payOut(currency);
            return payout == null ? null : Json.word(payout, "id");
        }
    }

    /**
     * From now on the account has the payment, charge or refund that an event from elsewhere tells of, as it tells of it;
     * whatever else an event is about is left alone.
     */
    public void adopt(String event) {
        synchronized (account) {
            adoption.adopt(Json.object(event));
        }
    }

    /** Delivers an event once more, as the Dashboard's "Resend" does. */
    public void resend(String event) {
        synchronized (account) {
            ObjectNode found = account.store().require(EventLog.KIND, event, "event");
            deliveries.deliver(event, Json.word(found, "type"), Json.write(found));
        }
    }

    /** The types of all events so far, in the order in which they happened. */
    public List<String> eventTypes() {
        synchronized (account) {
            return account.store()
                    .all(EventLog.KIND)
                    .map(event -> Json.word(event, "type"))
                    .toList();
        }
    }

    private void arrived(String event) {
        synchronized (account) {
            account.store().get(event).put("pending_webhooks", 0);
        }
    }

    /** Ends all connections, requests that hang included. */
    @Override
    public void close() {
        closed.countDown();
        ticker.shutdownNow();
        deliveries.close();
        front.close();
    }
}
