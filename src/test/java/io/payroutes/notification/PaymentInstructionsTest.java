package io.payroutes.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.model.PaymentIntent;
import io.payroutes.money.Money;
import io.payroutes.notification.PaymentInstructions.Row;
import io.payroutes.notification.PaymentInstructions.Value;
import java.lang.reflect.Field;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaymentInstructionsTest {

    private static final Instant DEADLINE = Instant.ofEpochSecond(1795532399);

    private static PaymentInstructions of(String nextAction) {
        return PaymentInstructions.of(MailSamples.json(nextAction), MailSamples.PAY_URL);
    }

    private static Map<String, String> texts(PaymentInstructions instructions) {
        Map<String, String> texts = new java.util.LinkedHashMap<>();
        instructions
                .sections()
                .forEach(section -> section.rows().forEach(row -> {
                    if (row.value() instanceof Value.Text text) {
                        texts.put((section.title() == null ? "" : section.title() + "/") + row.label(), text.text());
                    }
                }));
        return texts;
    }

    @Test
    void everyTypeThatStripesOwnLibraryKnowsHasASample() {
        List<String> types = new ArrayList<>();
        for (Field field : PaymentIntent.NextAction.class.getDeclaredFields()) {
            com.google.gson.annotations.SerializedName name =
                    field.getAnnotation(com.google.gson.annotations.SerializedName.class);
            // The opaque object of Stripe's script is a plain map there, and "type" is the type itself.
            if (name != null && !name.value().equals("type")) {
                types.add(name.value());
            }
        }
        assertThat(types).hasSizeGreaterThan(20);
        assertThat(MailSamples.nextActions().keySet()).containsAll(types);
    }

    @Test
    void everyTypeLeadsSomewhereOnTheWeb() {
        MailSamples.nextActions()
                .forEach((type, json) -> assertThat(of(json).link()).as(type).startsWith("https://"));
    }

    @ParameterizedTest
    @CsvSource({
        "konbini_display_details, https://payments.stripe.com/konbini/voucher/x",
        "boleto_display_details, https://payments.stripe.com/boleto/x",
        "oxxo_display_details, https://payments.stripe.com/oxxo/x",
        "multibanco_display_details, https://payments.stripe.com/multibanco/x",
        "display_bank_transfer_instructions, https://payments.stripe.com/bank/x",
        "cashapp_handle_redirect_or_display_qr_code, https://payments.stripe.com/cash",
        "klarna_display_qr_code, https://qr.stripe.com/k.png",
        "promptpay_display_qr_code, https://qr.stripe.com/pp.png",
        "swish_handle_redirect_or_display_qr_code, https://payments.stripe.com/swish",
        "upi_handle_redirect_or_display_qr_code, https://payments.stripe.com/upi",
        "wechat_pay_display_qr_code, https://payments.stripe.com/wechat",
        "redirect_to_url, " + MailSamples.PAY_URL,
        "alipay_handle_redirect, " + MailSamples.PAY_URL,
        "verify_with_microdeposits, https://payments.stripe.com/microdeposit/x",
        "use_stripe_sdk, " + MailSamples.PAY_URL,
        "blik_authorize, " + MailSamples.PAY_URL,
        "wechat_pay_redirect_to_ios_app, " + MailSamples.PAY_URL,
        "something_stripe_has_not_invented_yet, " + MailSamples.PAY_URL
    })
    void theLinkIsWhereStripeShowsTheStepOrElseTheShopsPage(String type, String link) {
        assertThat(of(MailSamples.nextActions().get(type)).link()).isEqualTo(link);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "konbini_display_details",
                "boleto_display_details",
                "oxxo_display_details",
                "multibanco_display_details",
                "pix_display_qr_code",
                "klarna_display_qr_code",
                "cashapp_handle_redirect_or_display_qr_code",
                "upi_handle_redirect_or_display_qr_code"
            })
    void theDeadlineIsTaken(String type) {
        assertThat(of(MailSamples.nextActions().get(type)).deadline()).isEqualTo(DEADLINE);
    }

    @Test
    void eachConvenienceStoreHasItsOwnCodes() {
        assertThat(texts(of(MailSamples.nextActions().get("konbini_display_details"))))
                .containsEntry("familymart/payment-code", "123456789012")
                .containsEntry("familymart/confirmation-number", "400008")
                .containsEntry("lawson/payment-code", "654321")
                .containsEntry("ministop/payment-code", "654322")
                .containsEntry("seicomart/payment-code", "654323")
                .hasSize(8);
    }

    @Test
    void aBankTransferNamesAmountReferenceAndAccount() {
        PaymentInstructions transfer = of(MailSamples.nextActions().get("display_bank_transfer_instructions"));
        assertThat(transfer.sections().get(0).rows())
                .contains(new Row("amount-remaining", new Value.Amount(new Money(1900, "jpy"))));
        assertThat(texts(transfer))
                .containsEntry("transfer-reference", "REF-77")
                .containsEntry("zengin-transfer/bank-code", "0038")
                .containsEntry("zengin-transfer/branch-name", "ブドウ支店")
                .containsEntry("zengin-transfer/account-type", "futsu")
                .containsEntry("zengin-transfer/account-number", "1234567")
                .containsEntry("zengin-transfer/account-holder", "カ)アオヤマ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            iban      | iban           | iban-transfer/iban
            sort_code | sort_code      | sort-code-transfer/sort-code
            spei      | clabe          | spei-transfer/clabe
            aba       | routing_number | aba-transfer/routing-number
            swift     | swift_code     | swift-transfer/swift-code
            zengin    | branch_code    | zengin-transfer/branch-code
            """)
    void everyKindOfAccountIsSpelledOut(String type, String field, String row) {
        String json = """
                {'type': 'display_bank_transfer_instructions', 'display_bank_transfer_instructions': {'financial_addresses': [
                 {'type': 'TYPE', 'TYPE': {'FIELD': '00-11', 'account_holder_name': 'Books Ltd',
                  'account_holder_address': {'line1': '1 High St', 'line2': null, 'city': 'Leeds', 'country': 'GB'}}}]}}""";
        PaymentInstructions transfer =
                of(json.replace("TYPE", type).replace("FIELD", field).replace('\'', '"'));
        String section = row.substring(0, row.indexOf('/'));
        assertThat(texts(transfer)).containsEntry(row, "00-11").containsEntry(section + "/account-holder", "Books Ltd");
        if (!type.equals("zengin")) {
            assertThat(texts(transfer)).containsEntry(section + "/account-holder-address", "1 High St, Leeds, GB");
        }
    }

    @Test
    void noShapeOfTheObjectBreaksIt() {
        List<String> hostile = List.of("null", "[]", "7", "{}", "{\"type\": 7}", "{\"type\": null}", "\"x\"");
        for (String json : hostile) {
            assertThat(of(json)).isEqualTo(PaymentInstructions.of(null, MailSamples.PAY_URL));
        }
        List<String> values = Arrays.asList(
                "null",
                "[]",
                "7",
                "1e400",
                "{}",
                "\"x\"",
                "{\"expires_at\": 99999999999999999999}",
                "{\"expires_at\": -1, \"stores\": [1], \"financial_addresses\": 5, \"amount_remaining\": 1.5}",
                "{\"financial_addresses\": [null, 1, {\"type\": \"iban\"}, {\"type\": \"moon\", \"moon\": {}}]}");
        for (String type : MailSamples.nextActions().keySet()) {
            for (String value : values) {
                PaymentInstructions instructions = of("{\"type\": \"" + type + "\", \"" + type + "\": " + value + "}");
                assertThat(instructions.link()).as(type + " " + value).isEqualTo(MailSamples.PAY_URL);
                assertThat(instructions.deadline()).isNull();
            }
        }
    }

    @Test
    void linksOfOtherSchemesAreNotTaken() {
        for (String url : List.of("javascript:alert(1)", "data:text/html,x", "https://shop.example@evil.example/")) {
            assertThat(of("{\"type\": \"konbini_display_details\", \"konbini_display_details\":"
                                    + " {\"hosted_voucher_url\": \"" + url + "\"}}")
                            .link())
                    .isEqualTo(MailSamples.PAY_URL);
        }
        assertThat(PaymentInstructions.of(null, "javascript:alert(1)").link()).isNull();
        assertThat(PaymentInstructions.of(null, null).link()).isNull();
    }
}
