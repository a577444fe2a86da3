package io.payroutes.demo.stripe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The stand-in's Stripe.js and what it loads into frames. */
final class BrowserFiles implements Front.Handler {
    private static final Map<String, String> FILES = Map.of(
            "/v3/", "stripe.js",
            "/v3", "stripe.js",
            "/v3/stripe.js", "stripe.js",
            "/dahlia/stripe.js", "stripe.js",
            "/v3/card.html", "card.html",
            "/v3/card.js", "card.js",
            "/v3/authenticated.js", "authenticated.js",
            "/v3/stand-in.css", "stand-in.css");

    @Override
    public Answer answer(Front.Request request) {
        String file = FILES.get(request.path());
        if (file == null) {
            return Answer.of(404, "There is no " + request.path()).with("Content-Type", "text/plain");
        }
        return Answer.of(200, read(file)).with("Content-Type", type(file));
    }

    static String read(String file) {
        try (InputStream in = BrowserFiles.class.getResourceAsStream("/stripe-stand-in/" + file)) {
            if (in == null) {
                throw new IllegalStateException("The class path has no /stripe-stand-in/" + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String type(String file) {
        return switch (file.substring(file.lastIndexOf('.') + 1)) {
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            default -> "text/html; charset=utf-8";
        };
    }
}
