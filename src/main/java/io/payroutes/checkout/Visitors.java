package io.payroutes.checkout;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;

/** Who comes to the customers' pages and from where: what limits count by, and which pages may send payments. */
public final class Visitors {
    /** Exchange property: what the limits count by. */
    static final String ADDRESS = "visitor";

    private final Set<String> origins;
    private final @Nullable String addressHeader;

    /**
     * @param checkoutUrl where our own pages are
     * @param origins of further pages that may send payments
     * @param addressHeader header that a proxy of ours writes the visitor's address into, null if there is none
     * @throws IllegalArgumentException if one of these is no URL
     */
    public Visitors(String checkoutUrl, List<String> origins, @Nullable String addressHeader) {
        this.origins = Stream.concat(Stream.of(checkoutUrl), origins.stream())
                .map(Visitors::origin)
                .collect(Collectors.toUnmodifiableSet());
        this.addressHeader = addressHeader;
    }

    /**
     * Lets a request in. Browsers say which page a request that sends something comes from; one that does not say is no
     * browser, and nobody misleads it.
     *
     * @throws ForeignOriginException if it comes from a page that may send no payments
     */
    public void admit(Exchange exchange) throws ForeignOriginException {
        if (!(exchange.getMessage() instanceof HttpMessage message)) {
            throw new IllegalStateException("not a request over HTTP");
        }
        HttpServerRequest request = message.getRequest();
        exchange.setProperty(ADDRESS, address(request));
        if (!request.method().equals(HttpMethod.GET) && !isOurs(request)) {
            throw new ForeignOriginException();
        }
    }

    private boolean isOurs(HttpServerRequest request) {
        return request.headers().getAll("Origin").stream().allMatch(o -> origins.contains(o.toLowerCase(Locale.ROOT)))
                && request.headers().getAll("Sec-Fetch-Site").stream()
                        .noneMatch(site ->
                                site.equals("cross-site") && !request.headers().contains("Origin"));
    }

    private String address(HttpServerRequest request) {
        String told = addressHeader == null ? null : request.getHeader(addressHeader);
        String address = told == null
                ? request.remoteAddress().hostAddress()
                : told.substring(told.lastIndexOf(',') + 1).strip();
        return network(address);
    }

    /** A household has a whole network of IPv6 addresses, so the first half of one is what tells visitors apart. */
    private static String network(@Nullable String address) {
        if (address == null) {
            return "unknown";
        }
        String[] groups = address.split(":", -1);
        return groups.length < 3 || address.startsWith("::")
                ? address
                : String.join(":", List.of(groups).subList(0, Math.min(4, groups.length)));
    }

    static String origin(String url) {
        URI uri = URI.create(url);
        if (uri.getScheme() == null || uri.getRawAuthority() == null) {
            throw new IllegalArgumentException("no URL: " + url);
        }
        return (uri.getScheme() + "://" + uri.getRawAuthority()).toLowerCase(Locale.ROOT);
    }
}
