package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a customer is asked to do next: one body for each type of next action. */
final class NextActionJson {
    private static final long THREE_DAYS = 3 * 24 * 3600L;

    /** Each type of next action with the payment method that asks for it. */
    private static final Map<String, String> METHODS = methods();

    private NextActionJson() {}

    static List<String> types() {
        return List.copyOf(METHODS.keySet());
    }

    static String method(String type) {
        String method = METHODS.get(type);
        if (method == null) {
            throw new IllegalArgumentException("Stripe has no next action " + type);
        }
        return method;
    }

    static ObjectNode of(StripePayment payment, IntentState.NextAction action) {
        String type = payment.endpoint().version().nextAction(action.type());
        ObjectNode json = Json.object();
        ObjectNode body = body(payment, action);
        // Before the type, or after it: Stripe sorts the keys.
        if (type.compareTo("type") < 0) {
            json.set(type, body);
            return json.put("type", type);
        }
        json.put("type", type);
        json.set(type, body);
        return json;
    }

    /** A {@code redirect_to_url} as any object may ask for it. */
    static ObjectNode redirect(String token) {
        ObjectNode json = Json.object();
        json.putObject("redirect_to_url")
                .put("return_url", "https://shop.example/return")
                .put("url", "https://hooks.stripe.com/3d_secure_2/hosted?source=" + token);
        return json.put("type", "redirect_to_url");
    }

    private static ObjectNode body(StripePayment payment, IntentState.NextAction action) {
        String token = Json.token(payment.id() + action.type());
        String type = action.type();
        if (type.equals("display_bank_transfer_instructions")) {
            return bankTransfer(payment, action.remaining(), token);
        }
        return Json.object(template(type)
                .replace("@TOKEN@", token)
                .replace("@SECRET@", payment.clientSecret())
                .replace("@NOW@", Long.toString(action.at()))
                .replace("@EXPIRES@", Long.toString(action.at() + THREE_DAYS)));
    }

    private static String template(String type) {
        return switch (type) {
            case "alipay_handle_redirect" -> """
                {
                  "native_data": null, "native_url": null, "return_url": "https://shop.example/return",
                  "url": "https://hooks.stripe.com/redirect/authenticate/src_@TOKEN@?client_secret=@SECRET@"
                }""";
            case "blik_authorize" -> "{}";
            case "boleto_display_details" -> """
                {
                  "expires_at": @EXPIRES@,
                  "hosted_voucher_url": "https://payments.stripe.com/boleto/voucher/test_@TOKEN@",
                  "number": "01010101010101010101010101010101010101010101010",
                  "pdf": "https://payments.stripe.com/boleto/voucher/test_@TOKEN@/pdf"
                }""";
            case "card_await_notification" -> """
                {"charge_attempt_at": @EXPIRES@, "customer_approval_required": true}""";
            case "cashapp_handle_redirect_or_display_qr_code" -> """
                {
                  "hosted_instructions_url": "https://payments.stripe.com/qr/instructions/test_@TOKEN@",
                  "mobile_auth_url": "https://pm-redirects.stripe.com/authorize/acct_1/pa_nonce_@TOKEN@",
                  "qr_code": {
                    "expires_at": @EXPIRES@,
                    "image_url_png": "https://qr.stripe.com/test_@TOKEN@.png",
                    "image_url_svg": "https://qr.stripe.com/test_@TOKEN@.svg"
                  }
                }""";
            case "klarna_display_qr_code" -> """
                {
                  "data": "00020101021226@TOKEN@",
                  "expires_at": @EXPIRES@,
                  "image_url_png": "https://qr.stripe.com/test_@TOKEN@.png",
                  "image_url_svg": "https://qr.stripe.com/test_@TOKEN@.svg"
                }""";
            case "pix_display_qr_code" -> """
                {
                  "data": "00020101021226@TOKEN@",
                  "expires_at": @EXPIRES@,
                  "hosted_instructions_url": "https://payments.stripe.com/qr/instructions/test_@TOKEN@",
                  "image_url_png": "https://qr.stripe.com/test_@TOKEN@.png",
                  "image_url_svg": "https://qr.stripe.com/test_@TOKEN@.svg"
                }""";
            case "paynow_display_qr_code", "promptpay_display_qr_code" -> """
                {
                  "data": "00020101021226@TOKEN@",
                  "hosted_instructions_url": "https://payments.stripe.com/qr/instructions/test_@TOKEN@",
                  "image_url_png": "https://qr.stripe.com/test_@TOKEN@.png",
                  "image_url_svg": "https://qr.stripe.com/test_@TOKEN@.svg"
                }""";
            case "swish_handle_redirect_or_display_qr_code" -> """
                {
                  "hosted_instructions_url": "https://payments.stripe.com/qr/instructions/test_@TOKEN@",
                  "mobile_auth_url": "https://pm-redirects.stripe.com/authorize/acct_1/pa_nonce_@TOKEN@",
                  "qr_code": {
                    "data": "00020101021226@TOKEN@",
                    "image_url_png": "https://qr.stripe.com/test_@TOKEN@.png",
                    "image_url_svg": "https://qr.stripe.com/test_@TOKEN@.svg"
                  }
                }""";
            case "upi_handle_redirect_or_display_qr_code" -> """
                {
                  "hosted_instructions_url": "https://payments.stripe.com/qr/instructions/test_@TOKEN@",
                  "qr_code": {
                    "expires_at": @EXPIRES@,
                    "image_url_png": "https://qr.stripe.com/test_@TOKEN@.png",
                    "image_url_svg": "https://qr.stripe.com/test_@TOKEN@.svg"
                  }
                }""";
            case "konbini_display_details" -> """
                {
                  "expires_at": @EXPIRES@,
                  "hosted_voucher_url": "https://payments.stripe.com/konbini/voucher/test_@TOKEN@",
                  "stores": {
                    "familymart": {"confirmation_number": "400008", "payment_code": "123456"},
                    "lawson": {"confirmation_number": "400008", "payment_code": "123456"},
                    "ministop": {"confirmation_number": "400008", "payment_code": "123456"},
                    "seicomart": {"confirmation_number": "400008", "payment_code": "123456"}
                  }
                }""";
            case "multibanco_display_details" -> """
                {
                  "entity": "12345", "expires_at": @EXPIRES@,
                  "hosted_voucher_url": "https://payments.stripe.com/multibanco/voucher/test_@TOKEN@",
                  "reference": "123 456 789"
                }""";
            case "oxxo_display_details" -> """
                {
                  "expires_after": @EXPIRES@,
                  "hosted_voucher_url": "https://payments.stripe.com/oxxo/voucher/test_@TOKEN@",
                  "number": "12345678901234657890123456789012"
                }""";
            case "redirect_to_url" -> """
                {
                  "return_url": "https://shop.example/return",
                  "url": "https://hooks.stripe.com/3d_secure_2/hosted?source=@TOKEN@&client_secret=@SECRET@"
                }""";
            case "use_stripe_sdk" -> """
                {
                  "directory_server_encryption": {"algorithm": "RSA", "directory_server_id": "A000000003"},
                  "one_click_authn": null, "server_transaction_id": "7f6e2f3c-5d1e-4c39-9f5b-1f1ac0f8e4d1",
                  "source": "src_@TOKEN@", "three_d_secure_2_source": "src_@TOKEN@",
                  "three_ds_method_url": "", "type": "stripe_3ds2_fingerprint"
                }""";
            case "verify_with_microdeposits" -> """
                {
                  "arrival_date": @EXPIRES@,
                  "hosted_verification_url": "https://payments.stripe.com/microdeposit/pacs_test_@TOKEN@",
                  "microdeposit_type": "descriptor_code"
                }""";
            case "wechat_pay_display_qr_code" -> """
                {
                  "data": "weixin://wxpay/bizpayurl/up?pr=@TOKEN@",
                  "hosted_instructions_url": "https://payments.stripe.com/wechat_pay/instructions/test_@TOKEN@",
                  "image_data_url": "data:image/png;base64,iVBORw0KGgo=",
                  "image_url_png": "https://qr.stripe.com/test_@TOKEN@.png",
                  "image_url_svg": "https://qr.stripe.com/test_@TOKEN@.svg"
                }""";
            case "wechat_pay_redirect_to_android_app" -> """
                {
                  "app_id": "wx0123456789abcdef", "nonce_str": "@TOKEN@", "package": "Sign=WXPay",
                  "partner_id": "1900000109", "prepay_id": "wx@TOKEN@", "sign": "@TOKEN@", "timestamp": "@NOW@"
                }""";
            case "wechat_pay_redirect_to_ios_app" -> """
                {"native_url": "weixin://app/wx0123456789abcdef/pay/?prepayid=@TOKEN@"}""";
            default -> throw new IllegalArgumentException("Stripe has no next action " + type);
        };
    }

    private static ObjectNode bankTransfer(StripePayment payment, long remaining, String token) {
        ObjectNode json = Json.object().put("amount_remaining", remaining).put("currency", payment.currency());
        ArrayNode addresses = json.putArray("financial_addresses");
        addressTemplates(payment.currency()).forEach(address -> addresses.add(Json.object(address)));
        return json.put("hosted_instructions_url", "https://payments.stripe.com/bank_transfers/instructions/" + token)
                .put("reference", token.substring(0, 12).toUpperCase(Locale.ROOT))
                .put("type", bankTransferType(payment.currency()));
    }

    private static String bankTransferType(String currency) {
        return switch (currency) {
            case "jpy" -> "jp_bank_transfer";
            case "gbp" -> "gb_bank_transfer";
            case "usd" -> "us_bank_transfer";
            case "mxn" -> "mx_bank_transfer";
            default -> "eu_bank_transfer";
        };
    }

    private static List<String> addressTemplates(String currency) {
        return switch (currency) {
            case "jpy" -> List.of("""
                {
                  "supported_networks": ["zengin"], "type": "zengin",
                  "zengin": {
                    "account_holder_address": {"country": "JP"}, "account_holder_name": "ストライプジャパン（カ",
                    "account_number": "1234567", "account_type": "futsu", "bank_address": {"country": "JP"},
                    "bank_code": "0009", "bank_name": "三井住友銀行", "branch_code": "950", "branch_name": "東京第二"
                  }
                }""");
            case "gbp" -> List.of("""
                {
                  "sort_code": {
                    "account_holder_address": {"country": "GB"}, "account_holder_name": "Payroutes Demo",
                    "account_number": "12345678", "bank_address": {"country": "GB"}, "sort_code": "200000"
                  },
                  "supported_networks": ["bacs", "fps"], "type": "sort_code"
                }""");
            case "usd" -> List.of("""
                {
                  "aba": {
                    "account_holder_address": {"country": "US"}, "account_holder_name": "Payroutes Demo",
                    "account_number": "11119987600453127", "account_type": "checking",
                    "bank_address": {"country": "US"}, "bank_name": "Test Bank", "routing_number": "999999999"
                  },
                  "supported_networks": ["ach", "domestic_wire_us"], "type": "aba"
                }""", """
                {
                  "supported_networks": ["swift"],
                  "swift": {
                    "account_holder_address": {"country": "US"}, "account_holder_name": "Payroutes Demo",
                    "account_number": "11119987600453127", "account_type": "checking",
                    "bank_address": {"country": "US"}, "bank_name": "Test Bank", "swift_code": "TESTUS99XXX"
                  },
                  "type": "swift"
                }""");
            case "mxn" -> List.of("""
                {
                  "spei": {
                    "account_holder_address": {"country": "MX"}, "account_holder_name": "Payroutes Demo",
                    "bank_address": {"country": "MX"}, "bank_code": "002", "bank_name": "Test Bank",
                    "clabe": "002180650612345670"
                  },
                  "supported_networks": ["spei"], "type": "spei"
                }""");
            default -> List.of("""
                {
                  "iban": {
                    "account_holder_address": {"country": "DE"}, "account_holder_name": "Payroutes Demo",
                    "bank_address": {"country": "DE"}, "bic": "SXPYDEHH", "country": "DE",
                    "iban": "DE89370400440532013000"
                  },
                  "supported_networks": ["sepa"], "type": "iban"
                }""");
        };
    }

    private static Map<String, String> methods() {
        Map<String, String> methods = new LinkedHashMap<>();
        methods.put("alipay_handle_redirect", "alipay");
        methods.put("blik_authorize", "blik");
        methods.put("boleto_display_details", "boleto");
        methods.put("card_await_notification", "card");
        methods.put("cashapp_handle_redirect_or_display_qr_code", "cashapp");
        methods.put("display_bank_transfer_instructions", "customer_balance");
        methods.put("klarna_display_qr_code", "klarna");
        methods.put("konbini_display_details", "konbini");
        methods.put("multibanco_display_details", "multibanco");
        methods.put("oxxo_display_details", "oxxo");
        methods.put("paynow_display_qr_code", "paynow");
        methods.put("pix_display_qr_code", "pix");
        methods.put("promptpay_display_qr_code", "promptpay");
        methods.put("redirect_to_url", "card");
        methods.put("swish_handle_redirect_or_display_qr_code", "swish");
        methods.put("upi_handle_redirect_or_display_qr_code", "upi");
        methods.put("use_stripe_sdk", "card");
        methods.put("verify_with_microdeposits", "us_bank_account");
        methods.put("wechat_pay_display_qr_code", "wechat_pay");
        methods.put("wechat_pay_redirect_to_android_app", "wechat_pay");
        methods.put("wechat_pay_redirect_to_ios_app", "wechat_pay");
        return methods;
    }
}
