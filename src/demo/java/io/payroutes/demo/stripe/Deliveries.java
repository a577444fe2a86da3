package io.payroutes.demo.stripe;

import io.payroutes.demo.SignedEvent;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Delivers events to the webhook endpoint: signed afresh for each try, and tried until the receiver answers 2xx. How it
 * does so can be switched while it runs. Thread-safe.
 */
public final class Deliveries implements AutoCloseable {
    /** In what order held deliveries go out. */
    public enum Order {
        AS_THEY_HAPPENED,
        REVERSED
    }

    private final StandInSettings settings;
    private final Consumer<String> delivered;
    private final HttpClient http;
    private final ScheduledExecutorService workers = Executors.newScheduledThreadPool(2, work -> {
        Thread thread = new Thread(work, "stripe-stand-in-delivery");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Delivery> held = new ArrayList<>();
    private boolean holding;
    private int copies = 1;
    private Predicate<String> wanted = type -> true;
    private int underWay;

    /** @param delivered is told the id of each event that has arrived */
    Deliveries(StandInSettings settings, Consumer<String> delivered) {
        this.settings = settings;
        this.delivered = delivered;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    /** Keeps all deliveries back from now on, retries too. */
    public synchronized void hold() {
        holding = true;
    }

    /** Sends what was held back, in {@code order}, and what comes from now on. */
    public void release(Order order) {
        List<Delivery> all = takeHeld();
        if (order == Order.REVERSED) {
            Collections.reverse(all);
        }
        all.forEach(delivery -> send(delivery, Duration.ZERO));
    }

    /** Sends what was held back in an order that {@code random} makes, and what comes from now on. */
    public void releaseShuffled(Random random) {
        List<Delivery> all = takeHeld();
        Collections.shuffle(all, random);
        all.forEach(delivery -> send(delivery, Duration.ZERO));
    }

    private synchronized List<Delivery> takeHeld() {
        holding = false;
        List<Delivery> all = new ArrayList<>(held);
        held.clear();
        return all;
    }

    /** Drops what is held back; the events stay in {@code /v1/events}. */
    public synchronized void dropHeld() {
        held.clear();
    }

    /** Each event is delivered {@code times} times from now on. */
    public synchronized void copies(int times) {
        copies = times;
    }

    /** Only events of these types are delivered from now on; all others can only be fetched. */
    public synchronized void only(Predicate<String> types) {
        wanted = types;
    }

    /** How many deliveries have neither arrived nor been given up, held ones included. */
    public synchronized int outstanding() {
        return held.size() + underWay;
    }

    /** Delivers an event once more, as the Dashboard's "Resend" does. */
    void deliver(String eventId, String type, String json) {
        if (settings.webhookUrl == null) {
            return;
        }
        Delivery delivery = new Delivery(eventId, type, json, 0);
        int times;
        synchronized (this) {
            times = wanted.test(type) ? copies : 0;
        }
        for (int i = 0; i < times; i++) {
            send(delivery, Duration.ZERO);
        }
    }

    private void send(Delivery delivery, Duration delay) {
        synchronized (this) {
            if (holding) {
                held.add(delivery);
                return;
            }
            underWay++;
        }
        try {
            Future<?> unused = workers.schedule(() -> attempt(delivery), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            done();
        }
    }

    private synchronized void done() {
        underWay--;
    }

    private void attempt(Delivery delivery) {
        synchronized (this) {
            if (holding) {
                underWay--;
                held.add(delivery);
                return;
            }
        }
        if (post(delivery)) {
            delivered.accept(delivery.eventId());
        } else if (delivery.tries() + 1 < settings.deliveryTries) {
            List<Duration> delays = settings.retryDelays;
            send(delivery.again(), delays.get(Math.min(delivery.tries(), delays.size() - 1)));
        }
        done();
    }

    private boolean post(Delivery delivery) {
        // Each try has its own time and signature, so that a late one is not too old.
        long now = settings.clock.instant().getEpochSecond();
        HttpRequest request = HttpRequest.newBuilder(Objects.requireNonNull(settings.webhookUrl))
                .timeout(settings.deliveryTimeout)
                .header("Content-Type", "application/json; charset=utf-8")
                .header("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
                .header("Stripe-Signature", SignedEvent.header(delivery.body(), settings.webhookSecret, now))
                .POST(HttpRequest.BodyPublishers.ofByteArray(delivery.body()))
                .build();
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status >= 200 && status < 300;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
