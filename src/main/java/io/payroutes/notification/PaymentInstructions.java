package io.payroutes.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.payroutes.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a customer has to do to complete a payment, taken from the PaymentIntent's {@code next_action}
 * (<a href="https://docs.stripe.com/api/payment_intents/object#payment_intent_object-next_action">Stripe's API</a>, types of
 * version 2026-07-29.dahlia). A type that is not known, or that lacks what it should have, leads to the shop's payment page.
 *
 * @param type what to do
 * @param deadline until when; null when there is no limit or it is not known
 * @param sections what to type, show or write down, in the order to print it
 * @param link where to do it; null when neither Stripe nor the caller gave an http or https address
 */
public record PaymentInstructions(
        InstructionType type,
        @Nullable Instant deadline,
        List<Section> sections,
        @Nullable String link) {

    /** Copies the sections. */
    public PaymentInstructions {
        sections = List.copyOf(sections);
    }

    /**
     * Rows that belong together, such as one store's codes or one bank account.
     *
     * @param title the key of the title's label, for example {@code familymart}; null for rows without a title
     * @param rows at least one
     */
    public record Section(@Nullable String title, List<Row> rows) {
        /** Copies the rows. */
        public Section {
            rows = List.copyOf(rows);
        }
    }

    /**
     * One thing to type, show or write down.
     *
     * @param label the key of its label, for example {@code account-number}
     * @param value the thing itself
     */
    public record Row(String label, Value value) {}

    /** What can stand in a row. */
    public sealed interface Value {
        /** Text to be copied as it is. */
        record Text(String text) implements Value {}

        /** An amount to be paid. */
        record Amount(Money money) implements Value {}

        /** A point in time. */
        record Moment(Instant instant) implements Value {}
    }

    private static final int LONGEST_VALUE = 80;
    // Pix's text to copy is a few hundred characters, and worthless when cut.
    private static final int LONGEST_CODE_TO_COPY = 1_000;
    private static final int MOST_ACCOUNTS = 6;
    private static final Pattern CURRENCY = Pattern.compile("[a-z]{3}");
    private static final Instant EARLIEST = Instant.parse("2010-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2999-12-31T00:00:00Z");

    /**
     * The instructions of a {@code next_action}; never fails, whatever the object looks like.
     *
     * @param nextAction the object as Stripe sent it; null gives a plain link to the payment page
     * @param payUrl the shop's payment page; null when there is none
     */
    public static PaymentInstructions of(@Nullable JsonNode nextAction, @Nullable String payUrl) {
        String type = nextAction == null ? "" : nextAction.path("type").asText("");
        JsonNode details = nextAction == null ? MissingNode.getInstance() : nextAction.path(type);
        String fallback = OutsideText.link(payUrl);
        return switch (type) {
            case "konbini_display_details" ->
                new PaymentInstructions(
                        InstructionType.KONBINI,
                        instant(details.path("expires_at")),
                        stores(details.path("stores")),
                        link(fallback, details.path("hosted_voucher_url")));
            case "boleto_display_details" ->
                new PaymentInstructions(
                        InstructionType.BOLETO,
                        instant(details.path("expires_at")),
                        section(text("boleto-number", details.path("number"))),
                        link(fallback, details.path("hosted_voucher_url"), details.path("pdf")));
            case "oxxo_display_details" ->
                new PaymentInstructions(
                        InstructionType.OXXO,
                        instant(details.path("expires_after")),
                        section(text("oxxo-number", details.path("number"))),
                        link(fallback, details.path("hosted_voucher_url")));
            case "multibanco_display_details" ->
                new PaymentInstructions(
                        InstructionType.MULTIBANCO,
                        instant(details.path("expires_at")),
                        section(text("entity", details.path("entity")), text("reference", details.path("reference"))),
                        link(fallback, details.path("hosted_voucher_url")));
            case "display_bank_transfer_instructions" ->
                new PaymentInstructions(
                        InstructionType.BANK_TRANSFER,
                        null,
                        accounts(details),
                        link(fallback, details.path("hosted_instructions_url")));
            case "pix_display_qr_code" ->
                new PaymentInstructions(
                        InstructionType.QR_CODE,
                        instant(details.path("expires_at")),
                        section(codeToCopy("pix-code", details.path("data"))),
                        link(fallback, details.path("hosted_instructions_url"), details.path("image_url_png")));
            case "klarna_display_qr_code",
                    "paynow_display_qr_code",
                    "promptpay_display_qr_code",
                    "wechat_pay_display_qr_code" ->
                new PaymentInstructions(
                        InstructionType.QR_CODE,
                        instant(details.path("expires_at")),
                        List.of(),
                        link(fallback, details.path("hosted_instructions_url"), details.path("image_url_png")));
            case "cashapp_handle_redirect_or_display_qr_code",
                    "swish_handle_redirect_or_display_qr_code",
                    "upi_handle_redirect_or_display_qr_code" ->
                new PaymentInstructions(
                        InstructionType.QR_CODE,
                        instant(details.path("qr_code").path("expires_at")),
                        List.of(),
                        link(
                                fallback,
                                details.path("hosted_instructions_url"),
                                details.path("mobile_auth_url"),
                                details.path("qr_code").path("image_url_png")));
            // Not Stripe's own address: it has expired by the time that the mail is read, and it names the client
            // secret.
            case "redirect_to_url", "alipay_handle_redirect" ->
                new PaymentInstructions(InstructionType.REDIRECT, null, List.of(), fallback);
            case "verify_with_microdeposits" ->
                new PaymentInstructions(
                        InstructionType.MICRODEPOSITS,
                        null,
                        section(moment("arrival-date", details.path("arrival_date"))),
                        link(fallback, details.path("hosted_verification_url")));
            case "blik_authorize", "card_await_notification" ->
                new PaymentInstructions(InstructionType.APPROVE_IN_APP, null, List.of(), fallback);
            case "use_stripe_sdk" -> new PaymentInstructions(InstructionType.AUTHENTICATE, null, List.of(), fallback);
            // The WeChat app's own addresses start an app on the phone that the payment began on; a mail cannot.
            default -> new PaymentInstructions(InstructionType.CONTINUE, null, List.of(), fallback);
        };
    }

    private static List<Section> stores(JsonNode stores) {
        List<Section> sections = new ArrayList<>();
        for (String store : List.of("familymart", "lawson", "ministop", "seicomart")) {
            JsonNode codes = stores.path(store);
            sections.addAll(titled(
                    store,
                    text("payment-code", codes.path("payment_code")),
                    text("confirmation-number", codes.path("confirmation_number"))));
        }
        return sections;
    }

    private static List<Section> accounts(JsonNode transfer) {
        List<Section> sections = new ArrayList<>(section(
                amount("amount-remaining", transfer.path("amount_remaining"), transfer.path("currency")),
                text("transfer-reference", transfer.path("reference"))));
        for (JsonNode address : transfer.path("financial_addresses")) {
            if (sections.size() <= MOST_ACCOUNTS) {
                sections.addAll(account(address));
            }
        }
        return sections;
    }

    private static List<Section> account(JsonNode address) {
        String type = address.path("type").asText("");
        JsonNode account = address.path(type);
        Row holder = text("account-holder", account.path("account_holder_name"));
        Row holderAddress = postalAddress("account-holder-address", account.path("account_holder_address"));
        Row bank = text("bank-name", account.path("bank_name"));
        Row bankAddress = postalAddress("bank-address", account.path("bank_address"));
        Row number = text("account-number", account.path("account_number"));
        Row kind = text("account-type", account.path("account_type"));
        return switch (type) {
            case "iban" ->
                titled(
                        "iban-transfer",
                        text("iban", account.path("iban")),
                        text("bic", account.path("bic")),
                        holder,
                        text("country", account.path("country")),
                        holderAddress,
                        bankAddress);
            case "zengin" ->
                titled(
                        "zengin-transfer",
                        bank,
                        text("bank-code", account.path("bank_code")),
                        text("branch-name", account.path("branch_name")),
                        text("branch-code", account.path("branch_code")),
                        kind,
                        number,
                        holder);
            case "sort_code" ->
                titled(
                        "sort-code-transfer",
                        text("sort-code", account.path("sort_code")),
                        number,
                        holder,
                        holderAddress,
                        bankAddress);
            case "spei" ->
                titled(
                        "spei-transfer",
                        text("clabe", account.path("clabe")),
                        bank,
                        text("bank-code", account.path("bank_code")),
                        holder,
                        holderAddress,
                        bankAddress);
            case "aba" ->
                titled(
                        "aba-transfer",
                        text("routing-number", account.path("routing_number")),
                        number,
                        kind,
                        holder,
                        holderAddress,
                        bank,
                        bankAddress);
            case "swift" ->
                titled(
                        "swift-transfer",
                        text("swift-code", account.path("swift_code")),
                        number,
                        kind,
                        holder,
                        holderAddress,
                        bank,
                        bankAddress);
            default -> List.of();
        };
    }

    private static List<Section> section(@Nullable Row... rows) {
        return titled(null, rows);
    }

    private static List<Section> titled(@Nullable String title, @Nullable Row... rows) {
        List<Row> known = Stream.of(rows).filter(Objects::nonNull).toList();
        return known.isEmpty() ? List.of() : List.of(new Section(title, known));
    }

    private static @Nullable Row text(String label, JsonNode value) {
        String line = value.isValueNode() ? OutsideText.line(value.asText(null), LONGEST_VALUE) : null;
        return line == null || value.isNull() ? null : new Row(label, new Value.Text(line));
    }

    private static @Nullable Row codeToCopy(String label, JsonNode value) {
        String code = value.isTextual() ? value.asText() : "";
        String line = OutsideText.line(code, LONGEST_CODE_TO_COPY);
        return line == null || !line.equals(code) ? null : new Row(label, new Value.Text(line));
    }

    private static @Nullable Row amount(String label, JsonNode minorUnits, JsonNode currency) {
        return minorUnits.canConvertToLong()
                        && minorUnits.isIntegralNumber()
                        && CURRENCY.matcher(currency.asText("")).matches()
                ? new Row(label, new Value.Amount(new Money(minorUnits.asLong(), currency.asText())))
                : null;
    }

    private static @Nullable Row moment(String label, JsonNode seconds) {
        Instant instant = instant(seconds);
        return instant == null ? null : new Row(label, new Value.Moment(instant));
    }

    private static @Nullable Row postalAddress(String label, JsonNode address) {
        List<String> parts = Stream.of("line1", "line2", "city", "state", "postal_code", "country")
                .map(part -> address.path(part).asText("").strip())
                .filter(part -> !part.isEmpty())
                .toList();
        String line = OutsideText.line(String.join(", ", parts), 2 * LONGEST_VALUE);
        return line == null ? null : new Row(label, new Value.Text(line));
    }

    private static @Nullable Instant instant(JsonNode seconds) {
        if (!seconds.isIntegralNumber()
                || !seconds.canConvertToLong()
                || seconds.asLong() < EARLIEST.getEpochSecond()
                || seconds.asLong() > LATEST.getEpochSecond()) {
            return null;
        }
        return Instant.ofEpochSecond(seconds.asLong());
    }

    private static @Nullable String link(@Nullable String fallback, JsonNode... candidates) {
        return Stream.of(candidates)
                .map(candidate -> OutsideText.link(candidate.asText(null)))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(fallback);
    }
}
