package io.payroutes.notification;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a customer's address and languages are looked up when an event names only the customer's id. */
public interface CustomerDirectory {

    /** Nobody can be looked up: there is no key for Stripe's API. */
    CustomerDirectory NONE = id -> Optional.empty();

    /**
     * @param customerId Stripe's id
     * @return empty if there is no such customer, or none can be looked up
     * @throws RuntimeException if it cannot be said now
     */
    Optional<Customer> find(String customerId);

    /**
     * A customer, as far as a mail is concerned.
     *
     * @param preferredLocales most preferred first
     */
    record Customer(@Nullable String email, @Nullable String name, List<String> preferredLocales) {}

    /** The directory does not let us in; trying again does not help until somebody changes that. */
    final class NotAllowedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotAllowedException(String message) {
            super(message);
        }
    }
}
