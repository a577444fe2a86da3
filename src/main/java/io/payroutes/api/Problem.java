package io.payroutes.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.payroutes.store.BadParameterException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Words a refusal as a problem document.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457: problem details for HTTP APIs</a>
 */
public final class Problem {
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Whether it is the database that is away or slow: the same request may do well later. (Camel's
     * {@code @ExchangeException} would hand over the innermost cause, and that says less.)
     */
    public boolean isOutage(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NonTransientDataAccessResourceException
                    || cause instanceof TransientDataAccessException
                    || cause instanceof RecoverableDataAccessException
                    || cause instanceof TransactionException) {
                return true;
            }
        }
        return false;
    }

    /** Makes the body, which is the detail in words, a document with the status that the route has set. */
    public void document(Exchange exchange) throws JsonProcessingException {
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 500, Integer.class);
        BadParameterException culprit =
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof BadParameterException e ? e : null;
        String document = document(
                status,
                exchange.getMessage().getBody(String.class),
                exchange.getVariable("path", String.class),
                culprit == null ? Map.of() : Map.of("parameter", culprit.parameter()));
        exchange.getMessage().setBody(document);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, MEDIA_TYPE);
    }

    /** @param more further members; those that are null are left out */
    public static String document(
            int status, String detail, @Nullable String instance, Map<String, ? extends @Nullable Object> more)
            throws JsonProcessingException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", "about:blank"); // which means: the title is the status in words
        document.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        document.put("status", status);
        document.put("detail", detail);
        if (instance != null) {
            document.put("instance", instance);
        }
        more.forEach((name, value) -> {
            if (value != null) {
                document.put(name, value);
            }
        });
        return JSON.writeValueAsString(document);
    }
}
