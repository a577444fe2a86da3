package io.payroutes.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.payroutes.money.Money;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Requests as they come, and a composer on the real templates. */
final class MailSamples {

    static final Path DIRECTORY = Path.of("config/mail");
    static final Path DECLINE_CODES = Path.of("config/decline-codes.properties");
    static final Instant NOW = Instant.parse("2026-11-22T01:02:03Z");
    static final String PAY_URL = "https://shop.example/checkout/1042?key=a&lang=b";
    static final List<String> LANGUAGES = List.of("en", "ja");

    private MailSamples() {}

    static MailSettings settings(Path directory) {
        return new MailSettings(
                directory, DECLINE_CODES, "pay@shop.example", "青山 Books & Co.", "en", ZoneId.of("Asia/Tokyo"));
    }

    static MailComposer composer() {
        return new MailComposer(settings(DIRECTORY), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    static MailRequest request(MailKind kind, String language) {
        return request(kind, language, null, null, "Jenny Rosen", "2 × Notebook");
    }

    static MailRequest declined(String language, @Nullable String code, @Nullable String declineCode) {
        return request(
                MailKind.PAYMENT_FAILED,
                language,
                new Decline(code, declineCode, "card"),
                null,
                "Jenny Rosen",
                "Notebook");
    }

    static MailRequest action(String language, String nextAction) {
        return request(MailKind.PAYMENT_ACTION_REQUIRED, language, null, json(nextAction), "Jenny Rosen", "Notebook");
    }

    static MailRequest request(
            MailKind kind,
            String language,
            @Nullable Decline decline,
            @Nullable JsonNode nextAction,
            @Nullable String customerName,
            @Nullable String description) {
        boolean partial = kind == MailKind.PAYMENT_PARTIALLY_FUNDED;
        return new MailRequest(
                kind,
                "jenny@example.com",
                language,
                "pi_3Nabc",
                "1042",
                customerName,
                description,
                new Money(4900, "jpy"),
                partial ? new Money(3000, "jpy") : null,
                partial ? new Money(1900, "jpy") : null,
                "card",
                "visa",
                "4242",
                decline,
                nextAction,
                PAY_URL,
                NOW);
    }

    static JsonNode json(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A next_action of every type that a PaymentIntent of version 2026-07-29.dahlia can have. */
    static Map<String, String> nextActions() {
        Map<String, String> samples = new TreeMap<>();
        samples.put(
                "alipay_handle_redirect",
                "{'url': 'https://hooks.stripe.com/x', 'return_url': 'https://shop.example/'}");
        samples.put("blik_authorize", "{}");
        samples.put(
                "boleto_display_details",
                "{'number': '34191.79001 01043.510047', 'expires_at': 1795532399,"
                        + " 'hosted_voucher_url': 'https://payments.stripe.com/boleto/x', 'pdf': 'https://p.example/b.pdf'}");
        samples.put("card_await_notification", "{'charge_attempt_at': 1795532399, 'customer_approval_required': true}");
        samples.put(
                "cashapp_handle_redirect_or_display_qr_code",
                "{'mobile_auth_url': 'https://cash.app/x', 'hosted_instructions_url': 'https://payments.stripe.com/cash',"
                        + " 'qr_code': {'expires_at': 1795532399, 'image_url_png': 'https://qr.stripe.com/x.png'}}");
        samples.put("display_bank_transfer_instructions", """
                {'amount_remaining': 1900, 'currency': 'jpy', 'reference': 'REF-77',
                 'hosted_instructions_url': 'https://payments.stripe.com/bank/x', 'type': 'jp_bank_transfer',
                 'financial_addresses': [
                  {'type': 'zengin', 'supported_networks': ['zengin'], 'zengin': {'account_holder_name': 'カ)アオヤマ',
                   'account_number': '1234567', 'account_type': 'futsu', 'bank_code': '0038', 'bank_name': '住信SBIネット銀行',
                   'branch_code': '106', 'branch_name': 'ブドウ支店'}}]}""");
        samples.put(
                "klarna_display_qr_code",
                "{'data': 'x', 'expires_at': 1795532399, 'image_url_png': 'https://qr.stripe.com/k.png'}");
        samples.put("konbini_display_details", """
                {'expires_at': 1795532399, 'hosted_voucher_url': 'https://payments.stripe.com/konbini/voucher/x',
                 'stores': {'familymart': {'confirmation_number': '400008', 'payment_code': '123456789012'},
                  'lawson': {'confirmation_number': '01234567890', 'payment_code': '654321'},
                  'ministop': {'confirmation_number': '01234567890', 'payment_code': '654322'},
                  'seicomart': {'confirmation_number': '01234567890', 'payment_code': '654323'}}}""");
        samples.put(
                "multibanco_display_details",
                "{'entity': '12345', 'reference': '123456789', 'expires_at': 1795532399,"
                        + " 'hosted_voucher_url': 'https://payments.stripe.com/multibanco/x'}");
        samples.put(
                "oxxo_display_details",
                "{'number': '123456789012345', 'expires_after': 1795532399,"
                        + " 'hosted_voucher_url': 'https://payments.stripe.com/oxxo/x'}");
        samples.put(
                "paynow_display_qr_code",
                "{'data': 'x', 'hosted_instructions_url': 'https://payments.stripe.com/paynow',"
                        + " 'image_url_png': 'https://qr.stripe.com/p.png'}");
        samples.put(
                "pix_display_qr_code",
                "{'data': '00020101021226850014br.gov.bcb.pix', 'expires_at': 1795532399,"
                        + " 'hosted_instructions_url': 'https://payments.stripe.com/pix/x'}");
        samples.put("promptpay_display_qr_code", "{'data': 'x', 'image_url_png': 'https://qr.stripe.com/pp.png'}");
        samples.put("redirect_to_url", "{'url': 'https://hooks.stripe.com/r', 'return_url': 'https://shop.example/'}");
        samples.put(
                "swish_handle_redirect_or_display_qr_code",
                "{'hosted_instructions_url': 'https://payments.stripe.com/swish', 'mobile_auth_url': 'swish://x',"
                        + " 'qr_code': {'data': 'x', 'image_url_png': 'https://qr.stripe.com/s.png'}}");
        samples.put(
                "upi_handle_redirect_or_display_qr_code",
                "{'hosted_instructions_url': 'https://payments.stripe.com/upi',"
                        + " 'qr_code': {'expires_at': 1795532399, 'image_url_png': 'https://qr.stripe.com/u.png'}}");
        samples.put(
                "use_stripe_sdk", "{'type': 'three_d_secure_redirect', 'stripe_js': 'https://hooks.stripe.com/3ds'}");
        samples.put(
                "verify_with_microdeposits",
                "{'arrival_date': 1795532399, 'hosted_verification_url': 'https://payments.stripe.com/microdeposit/x',"
                        + " 'microdeposit_type': 'amounts'}");
        samples.put(
                "wechat_pay_display_qr_code",
                "{'data': 'weixin://x', 'hosted_instructions_url': 'https://payments.stripe.com/wechat',"
                        + " 'image_data_url': 'data:image/png;base64,AAAA'}");
        samples.put("wechat_pay_redirect_to_android_app", "{'app_id': 'wx1', 'sign': 'secret-sign'}");
        samples.put("wechat_pay_redirect_to_ios_app", "{'native_url': 'weixin://app/x'}");
        samples.put("something_stripe_has_not_invented_yet", "{'url': 'https://evil.example/'}");
        samples.replaceAll(
                (type, details) -> ("{'type': '" + type + "', '" + type + "': " + details + "}").replace('\'', '"'));
        return samples;
    }
}
