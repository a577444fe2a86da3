package io.payroutes.api;

import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * The keys of the API. Kept and compared as digests, all of them each time, so that the time an answer takes tells
 * nothing about any key. Without a key nobody is let in. Thread-safe.
 */
public final class ApiKeys {
    private static final String SCHEME = "Bearer ";
    /** Of random hexadecimal digits, 80 bits. */
    private static final int SHORTEST = 20;

    private final List<byte[]> digests;

    public ApiKeys(List<String> keys) {
        this.digests = keys.stream().map(ApiKeys::digest).toList();
    }

    /** How many of the keys are so short that somebody may try them out. */
    public static long guessable(List<String> keys) {
        return keys.stream().filter(key -> key.length() < SHORTEST).count();
    }

    /**
     * Lets a request pass that carries a key in its one Authorization header. Read from the request itself: among
     * Camel's headers, a key in the query would do as well, and queries end up in logs.
     *
     * @throws UnauthorizedException if there is no key or an unknown one
     */
    public void check(Exchange exchange) throws UnauthorizedException {
        if (!(exchange.getMessage() instanceof HttpMessage message) || !isKnown(message.getRequest())) {
            throw new UnauthorizedException();
        }
    }

    boolean isKnown(HttpServerRequest request) {
        List<String> headers = request.headers().getAll("Authorization");
        return headers.size() == 1 && isKnown(headers.get(0));
    }

    boolean isKnown(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] candidate = digest(authorization.substring(SCHEME.length()).strip());
        boolean known = false;
        for (byte[] digest : digests) {
            known |= MessageDigest.isEqual(digest, candidate);
        }
        return known;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
