package io.payroutes.api;

import io.payroutes.store.BadParameterException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request asks for. Camel mixes the parts of the path, the query and every HTTP header in one set of
 * message headers, where one can pass for another, and sends them all back with the answer. So what is wanted is read
 * from the path and the query themselves, and after that nothing of the outside is left on the message but its body.
 */
public final class ApiRequest {
    private static final int MOST_PARAMETERS = 30;

    /**
     * Puts the variable parts of the path, which is in the exchange variable {@code path}, into exchange variables of
     * their names, and the query into the variable {@code parameters} (a map); drops all headers.
     *
     * @throws BadParameterException if a parameter comes twice, is empty or holds control characters
     */
    public void read(Exchange exchange) {
        String path = exchange.getVariable("path", "", String.class);
        String query = exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class);
        String template = ((PlatformHttpEndpoint) exchange.getFromEndpoint()).getPath();
        exchange.getMessage().removeHeaders("*");
        variables(template, path).forEach(exchange::setVariable);
        exchange.setVariable("parameters", parameters(query));
    }

    private static Map<String, String> variables(String template, String path) {
        String[] names = template.split("/", -1);
        String[] parts = path.split("/", -1);
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < names.length && i < parts.length; i++) {
            if (names[i].startsWith("{") && names[i].endsWith("}")) {
                String name = names[i].substring(1, names[i].length() - 1);
                variables.put(name, value(name, parts[i].replace("+", "%2B")));
            }
        }
        return variables;
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", MOST_PARAMETERS + 1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decoded("query", equals < 0 ? pair : pair.substring(0, equals));
            String shown = name.matches("[A-Za-z0-9_.\\[\\]-]{1,40}") ? name : "query";
            String value = value(shown, equals < 0 ? "" : pair.substring(equals + 1));
            if (parameters.put(name, value) != null) {
                throw new BadParameterException(shown, "must be given once");
            }
        }
        if (parameters.size() > MOST_PARAMETERS) {
            throw new BadParameterException("query", "has too many parameters");
        }
        return parameters;
    }

    /** No database takes a NUL, and no name that we keep has any control character. */
    private static String value(String name, String encoded) {
        String value = decoded(name, encoded);
        if (value.isEmpty()) {
            throw new BadParameterException(name, "must not be empty");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new BadParameterException(name, "must not hold control characters");
        }
        return value;
    }

    private static String decoded(String name, String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadParameterException(name, "is not encoded as a URL must be");
        }
    }
}
