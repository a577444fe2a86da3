package io.payroutes.reconciliation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The types and reporting categories of balance transactions that bookkeeping knows: Stripe's own lists, beside this class,
 * and what the settings add. Immutable.
 *
 * @see <a href="https://docs.stripe.com/reports/balance-transaction-types">Stripe: balance transaction types</a>
 * @see <a href="https://docs.stripe.com/reports/reporting-categories">Stripe: reporting categories</a>
 */
final class TransactionTypes {
    private final Set<String> types;
    private final Set<String> categories;

    /** @param more types or categories that are known besides */
    TransactionTypes(Collection<String> more) {
        this.types = union(words("transaction-types.txt"), more);
        this.categories = union(words("reporting-categories.txt"), more);
    }

    boolean know(String type, String category) {
        return knowType(type) && categories.contains(category);
    }

    boolean knowType(String type) {
        return types.contains(type);
    }

    private static Set<String> union(Stream<String> own, Collection<String> more) {
        return Stream.concat(own, more.stream()).collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> words(String file) {
        try (InputStream in = TransactionTypes.class.getResourceAsStream(file)) {
            String text = new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\\s+")).filter(word -> !word.isEmpty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
