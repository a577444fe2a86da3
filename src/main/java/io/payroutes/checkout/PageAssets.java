package io.payroutes.checkout;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;

/** The scripts and styles of the pages: these files and no other. Thread-safe. */
public final class PageAssets {
    private static final Map<String, String> TYPES = Map.of(
            "style.css", "text/css; charset=utf-8",
            "common.js", "text/javascript; charset=utf-8",
            "checkout.js", "text/javascript; charset=utf-8",
            "card.js", "text/javascript; charset=utf-8",
            "complete.js", "text/javascript; charset=utf-8");

    public void serve(@Variable("file") String file, Exchange exchange) {
        Message message = exchange.getMessage();
        String type = TYPES.get(file);
        message.setHeader("X-Content-Type-Options", "nosniff");
        if (type == null) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 404);
            message.setHeader(Exchange.CONTENT_TYPE, "text/plain");
            message.setBody("There is no such file.");
            return;
        }
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setHeader("Cache-Control", "public, max-age=300");
        message.setBody(read(file));
    }

    private static String read(String file) {
        try (InputStream in = PageAssets.class.getResourceAsStream("/web/assets/" + file)) {
            if (in == null) {
                throw new IllegalStateException("web/assets/" + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
