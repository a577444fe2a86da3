package io.payroutes.stripe;

import com.stripe.exception.ApiException;
import com.stripe.exception.StripeException;
import com.stripe.model.HasId;
import com.stripe.model.StripeCollection;
import java.io.Closeable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The objects of all pages of a list, of which it holds one. It asks for the first at once and for the next when it is
 * needed. Forward it gives what Stripe gives, the newest first; from {@code ending_before} on it goes back through the list
 * and gives the oldest first. (The SDK's own iterator mixes the two up, and Stripe refuses.) Not thread-safe.
 */
final class ObjectPages implements Iterator<HasId>, Closeable {
    private static final String FORWARD = "starting_after";
    private static final String BACKWARD = "ending_before";
    private static final int LONGEST_PAGE = 100;

    /** Asks Stripe for one page. */
    @FunctionalInterface
    interface Source {
        StripeCollection<?> page(Map<String, @Nullable Object> parameters) throws StripeException;
    }

    private final Source source;
    private final Map<String, @Nullable Object> parameters;
    private final String direction;
    private final Deque<HasId> page = new ArrayDeque<>();
    private boolean more;

    ObjectPages(Map<String, @Nullable Object> parameters, Source source) throws StripeException {
        this.source = source;
        this.parameters = new LinkedHashMap<>(parameters);
        this.parameters.putIfAbsent("limit", LONGEST_PAGE);
        this.direction = parameters.get(BACKWARD) == null ? FORWARD : BACKWARD;
        turn();
    }

    private void turn() throws StripeException {
        StripeCollection<?> answer = source.page(new LinkedHashMap<>(parameters));
        List<HasId> objects = new ArrayList<>(answer.getData());
        if (direction.equals(BACKWARD)) {
            Collections.reverse(objects);
        }
        page.addAll(objects);
        more = Boolean.TRUE.equals(answer.getHasMore()) && !objects.isEmpty();
        if (more) {
            String last = objects.get(objects.size() - 1).getId();
            if (last.equals(parameters.put(direction, last))) {
                throw new ApiException(
                        "Stripe gave the same page twice, the one that ends with " + last, null, null, 200, null);
            }
        }
    }

    /** Throws the {@link StripeException}, as it is, if the next page cannot be had; nothing comes after it. */
    @Override
    public boolean hasNext() {
        while (page.isEmpty() && more) {
            try {
                turn();
            } catch (StripeException e) {
                more = false;
                throw ObjectPages.<RuntimeException>asItIs(e);
            }
        }
        return !page.isEmpty();
    }

    /** An iterator may not declare it, but a route is to see the same exception wherever it comes up. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> E asItIs(Exception exception) throws E {
        throw (E) exception;
    }

    @Override
    public HasId next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.remove();
    }

    @Override
    public void close() {
        more = false;
        page.clear();
    }
}
