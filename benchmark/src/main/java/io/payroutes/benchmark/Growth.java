package io.payroutes.benchmark;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What years of events cost: the same things are measured with empty tables and with full ones, each time by new programs. */
final class Growth {
    static final String API_KEY = "key-of-the-benchmark-that-nobody-guesses";

    private static final int WAITING = 10_000;
    private static final int OLD_EVENTS = 100_000;
    private static final int OLD_DELIVERIES = 50_000;
    private static final List<String> LISTS = List.of(
            "events",
            "events?state=handled",
            "events?state=parked",
            "events?type=charge.refunded",
            "events?type=charge.updated&state=ignored",
            "events?object=pi_old4711",
            "events/evt_old4711",
            "deliveries",
            "deliveries?state=delivered&destination=erp",
            "deliveries?state=dead",
            "deliveries?payment=pi_old4711",
            "deliveries?order=order-old4711");

    private final String secret;
    private final Duration warm;
    private final Duration time;
    private final Start start;

    /** Starts the program, with settings beside those that all have. */
    interface Start {
        Server program(Map<String, String> settings) throws Exception;
    }

    Growth(String secret, Duration warm, Duration time, Start start) {
        this.secret = secret;
        this.warm = warm;
        this.time = time;
        this.start = start;
    }

    /** By what was done: events or rows a second, or milliseconds for lists. */
    Map<String, Double> measure() throws Exception {
        Map<String, Double> costs = new LinkedHashMap<>();
        try (Server filling = start.program(Map.of("INBOX_POLL", "1h", "INBOX_GATHERING", "1h", "INBOX_MAX_BACKLOG", "1000000"))) {
            Load load = new Load(filling.port(), secret);
            load.run("warm" + System.nanoTime() + "x", 32, warm, 0);
            forget(filling);
            costs.put("intake over 32 connections, events/s", load.run("fast" + System.nanoTime() + "x", 32, time, 0).rate());
            forget(filling);
            load.run("waiting" + System.nanoTime() + "x", 32, Duration.ofSeconds(10), WAITING / 10.0);
        }
        try (Server draining = start.program(Map.of("RETENTION_DELAY", "1h"))) {
            costs.put("handled and at the ERP, the second half of " + WAITING + " events, events/s", drained(draining));
            for (String list : LISTS) {
                costs.put("`GET /api/" + list + "`, ms", list(draining, list));
            }
            draining.execute(oldEvents(OLD_EVENTS, "gone", 100), oldDeliveries(OLD_DELIVERIES, "gone", 100), "CHECKPOINT");
        }
        try (Server forgetting = start.program(Map.of("RETENTION_DELAY", "10s"))) {
            costs.put("events deleted, rows/s", deleted(forgetting, "stripe_event WHERE event_id", "evt_gone", OLD_EVENTS));
            costs.put("deliveries deleted, rows/s", deleted(forgetting, "delivery WHERE delivery_id", "ful_pi_gone", OLD_DELIVERIES));
        }
        return costs;
    }

    /** Years of events and deliveries, all of them done and none old enough to be deleted. */
    void fill(int events, int deliveries) throws Exception {
        try (Server program = start.program(Map.of("RETENTION_DELAY", "1h"))) {
            program.execute(
                    oldEvents(events, "old", 0),
                    oldDeliveries(deliveries, "old", 0),
                    "VACUUM ANALYZE stripe_event",
                    "VACUUM ANALYZE delivery",
                    "VACUUM ANALYZE delivery_attempt",
                    "CHECKPOINT");
        }
    }

    /** What waits, and what it leaves behind: otherwise the database clears that away beside what is measured next. */
    private static void forget(Server program) throws Exception {
        program.execute("DELETE FROM stripe_event WHERE due_at IS NOT NULL", "VACUUM stripe_event", "CHECKPOINT");
    }

    private static double drained(Server program) throws Exception {
        String waiting = "stripe_event WHERE due_at IS NOT NULL";
        until(() -> program.count(waiting) <= WAITING / 2);
        long begin = System.nanoTime();
        long half = program.count(waiting);
        until(() -> program.count(waiting) == 0
                && program.count("delivery WHERE due_at IS NOT NULL AND destination = 'erp'") == 0);
        return half / ((System.nanoTime() - begin) / 1e9);
    }

    private static double list(Server program, String list) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + program.port() + "/api/" + list))
                .header("Authorization", "Bearer " + API_KEY)
                .build();
        double[] millis = new double[30];
        for (int i = -20; i < millis.length; i++) { // the first ones warm up
            long begin = System.nanoTime();
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200 && answer.statusCode() != 404) {
                throw new IllegalStateException(list + ": " + answer.statusCode() + " " + answer.body());
            }
            millis[Math.max(i, 0)] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.sort(millis);
        return millis[millis.length / 2];
    }

    /** Told by the oldest and the youngest of each state: counting all that is left would take the time of what deletes it. */
    private static double deleted(Server program, String rows, String name, int all) throws Exception {
        String first = "%s IN ('%s1', '%s4')".formatted(rows, name, name);
        String last = "%s IN ('%s%d', '%s%d')".formatted(rows, name, all, name, all - 50 + 4);
        until(() -> program.count(first) < 2);
        long begin = System.nanoTime();
        until(() -> program.count(last) == 0);
        return all / ((System.nanoTime() - begin) / 1e9);
    }

    /** @param days how long ago the youngest was taken in; the others up to 80 days before it */
    private static String oldEvents(int count, String name, int days) {
        String payload = Events.paid("@").replaceAll("\n *", "").replace("'", "''");
        return """
                INSERT INTO stripe_event (event_id, event_type, api_version, object_id, livemode, created_at, received_at, state,
                                          attempts, done_at, payload)
                SELECT 'evt_%1$s' || n,
                       (ARRAY['payment_intent.succeeded', 'payment_intent.created', 'charge.succeeded', 'charge.updated',
                              'charge.refunded'])[1 + n %% 5],
                       '2026-07-29.dahlia', 'pi_%1$s' || n, FALSE, t, t, CASE WHEN n %% 50 = 4 THEN 'ignored' ELSE 'handled' END, 1,
                       t + interval '1 second', replace('%2$s', '@', '%1$s' || n)
                  FROM generate_series(1, %3$d) n,
                       LATERAL (SELECT now() - interval '%4$d days' - (%3$d - n) * interval '80 days' / %3$d AS t) AS at"""
                .formatted(name, payload, count, days);
    }

    private static String oldDeliveries(int count, String name, int days) {
        return """
                WITH told AS (
                  INSERT INTO delivery (delivery_id, destination, kind, payment_id, order_ref, sequence, state, attempts, created_at,
                                        first_attempt_at, done_at, payload)
                  SELECT 'ful_pi_%1$s' || n, 'erp', 'fulfillment.requested', 'pi_%1$s' || n, 'order-%1$s' || n, 20, 'delivered', 1,
                         t, t, t, '{"id": "ful_pi_%1$s' || n || '", "data": "' || repeat('0123456789', 60) || '"}'
                    FROM generate_series(1, %2$d) n,
                         LATERAL (SELECT now() - interval '%3$d days' - (%2$d - n) * interval '80 days' / %2$d AS t) AS at
                  RETURNING delivery_id, created_at)
                INSERT INTO delivery_attempt (delivery_id, attempted_at, attempt, outcome, status_code, duration_ms)
                SELECT delivery_id, created_at, 1, 'delivered', 204, 5 FROM told"""
                .formatted(name, count, days);
    }

    private static void until(Condition condition) throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(10).toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within ten minutes");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }
}
