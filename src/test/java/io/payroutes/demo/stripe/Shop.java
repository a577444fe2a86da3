package io.payroutes.demo.stripe;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A shop's page with a strict Content-Security-Policy, into which Stripe.js is loaded, and the page after paying. */
final class Shop implements AutoCloseable {
    private final HttpServer server;

    Shop(StripeStandIn standIn) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String stripe = standIn.url();
        serve(
                "/pay",
                "<!DOCTYPE html><html lang=en><title>Pay</title><script src=\"" + standIn.scriptUrl()
                        + "\"></script><h1>Pay</h1><div id=element></div></html>",
                "default-src 'none'; script-src " + stripe + "; connect-src " + stripe + "; frame-src " + stripe);
        serve("/complete", "<!DOCTYPE html><html lang=en><title>Complete</title></html>", "default-src 'none'");
        server.start();
    }

    private void serve(String path, String html, String policy) {
        byte[] body = html.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.getResponseHeaders().set("Content-Security-Policy", policy);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
