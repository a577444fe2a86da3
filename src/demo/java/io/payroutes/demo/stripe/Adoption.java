package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes in payments, charges and refunds that came about elsewhere, as events tell of them. */
final class Adoption {
    private final Account account;
    private final Ledger ledger;
    private final Map<String, Long> told = new HashMap<>();

    Adoption(Account account, Ledger ledger) {
        this.account = account;
        this.ledger = ledger;
    }

    /** The object of an event becomes one of the account's, unless a later event has told of it. */
    void adopt(ObjectNode event) {
        ObjectNode object = event.withObject("/data/object").deepCopy();
        String kind = Json.word(object, "object");
        long at = event.path("created").asLong();
        boolean ours = kind.equals(PaymentIntents.KIND) || kind.equals(Charges.KIND) || kind.equals(Refunds.KIND);
        if (!ours || told.merge(Json.word(object, "id"), at, Math::max) > at) {
            return;
        }
        account.store().put(object);
        String line = Json.text(object, "balance_transaction");
        if (line != null && account.store().find(line) == null) {
            enter(line, kind, object);
        }
    }

    private void enter(String id, String kind, ObjectNode object) {
        boolean card = "card".equals(type(object));
        ObjectNode line = kind.equals(Charges.KIND)
                ? ledger.charge(object, object.path("amount_captured").asLong(), card, true)
                : ledger.refund(object, card);
        account.store().remove(Json.word(line, "id"));
        account.store()
                .put(line.put("id", id).put("created", object.path("created").asLong()));
    }

    private @Nullable String type(ObjectNode object) {
        ObjectNode charge = Json.text(object, "charge") == null
                ? object
                : Objects.requireNonNullElse(account.store().find(Json.text(object, "charge")), object);
        return charge.at("/payment_method_details/type").textValue();
    }
}
