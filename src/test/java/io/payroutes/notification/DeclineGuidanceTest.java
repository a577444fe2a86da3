package io.payroutes.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclineGuidanceTest {

    private static final DeclineGuidance GUIDANCE =
            new DeclineGuidance(MailSamples.DIRECTORY, MailSamples.DECLINE_CODES, "en");

    /** Every decline code that Stripe documents for cards and for local payment methods. */
    static List<String> documentedCodes() {
        return Arrays.asList("""
                call_issuer card_not_supported card_velocity_exceeded currency_not_supported do_not_honor do_not_try_again
                generic_decline invalid_account invalid_amount new_account_information_available no_action_taken
                not_permitted pickup_card restricted_card revocation_of_all_authorizations revocation_of_authorization
                security_violation service_not_allowed stop_payment_order transaction_not_allowed approve_with_id
                issuer_not_available processing_error reenter_transaction try_again_later authentication_required
                authentication_not_handled mobile_device_authentication_required incorrect_address incorrect_cvc
                incorrect_number incorrect_pin incorrect_zip invalid_cvc invalid_expiry_month invalid_expiry_year
                invalid_number invalid_pin expired_card insufficient_funds withdrawal_count_limit_exceeded
                pin_try_exceeded offline_pin_required online_or_offline_pin_required duplicate_transaction
                testmode_decline fraudulent lost_card merchant_blacklist stolen_card partner_generic_decline
                invalid_customer_account payment_limit_exceeded invalid_billing_agreement partner_expired_card
                invalid_business_account partner_high_risk_customer compliance_violation payment_disputed
                invalid_authorization invalid_payment_information partner_payment_not_found expired_payment_information
                """.strip().split("\\s+"));
    }

    private static Decline card(String declineCode) {
        return new Decline("card_declined", declineCode, "card");
    }

    @ParameterizedTest
    @MethodSource("documentedCodes")
    void everyDocumentedCodeIsListedAndHasItsAdviceInEveryLanguage(String code) {
        assertThat(PropertiesFile.read(MailSamples.DECLINE_CODES)).containsKey(code);
        for (String language : MailSamples.LANGUAGES) {
            Map<String, String> texts =
                    PropertiesFile.read(MailSamples.DIRECTORY.resolve(language + "/decline-guidance.properties"));
            String group = GUIDANCE.group(card(code));
            assertThat(texts.get(group + ".what")).as(language + " " + group).isNotBlank();
            assertThat(texts.get(group + ".next")).as(language + " " + group).isNotBlank();
        }
    }

    @Test
    void everyAdviceThatIsMappedToExistsInEveryLanguageAndNoneIsIdle() {
        Stream<String> mapped =
                PropertiesFile.read(MailSamples.DECLINE_CODES).values().stream().distinct();
        String[] keys = mapped.flatMap(group -> Stream.of(group + ".what", group + ".next"))
                .toArray(String[]::new);
        for (String language : MailSamples.LANGUAGES) {
            assertThat(PropertiesFile.read(MailSamples.DIRECTORY.resolve(language + "/decline-guidance.properties")))
                    .containsOnlyKeys(keys);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fraudulent", "lost_card", "stolen_card", "merchant_blacklist", " LOST_CARD ", "never_heard_of"})
    void codesThatHintAtACrimeAndUnknownOnesReadExactlyLikeAGenericDecline(String code) {
        for (String language : MailSamples.LANGUAGES) {
            assertThat(GUIDANCE.guidance(language, card(code)))
                    .isEqualTo(GUIDANCE.guidance(language, card("generic_decline")))
                    .isEqualTo(GUIDANCE.guidance(language, null));
            assertThat(GUIDANCE.guidance(language, new Decline(code, null, "card")))
                    .isEqualTo(GUIDANCE.guidance(language, null));
        }
    }

    @Test
    void noEditOfTheCodesCanDiscloseACrime(@TempDir Path folder) throws IOException {
        Path edited = Files.writeString(folder.resolve("decline-codes.properties"), """
                fraudulent = tell-all
                lost_card = tell-all
                stolen_card = expired
                merchant_blacklist = duplicate
                generic_decline = limit
                pickup_card = tell-all
                restricted_card = tell-all
                """);
        DeclineGuidance guidance = new DeclineGuidance(MailSamples.DIRECTORY, edited, "en");
        for (String code : List.of("fraudulent", "lost_card", "stolen_card", "merchant_blacklist", "generic_decline")) {
            assertThat(guidance.group(card(code))).isEqualTo("generic");
        }
        for (String code : List.of("pickup_card", "restricted_card")) {
            assertThat(guidance.group(card(code))).isEqualTo("contact-issuer");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "expired_card=expired",
                "incorrect_cvc=check-security-code",
                "processing_error=try-again",
                "payment_intent_authentication_failure=authenticate",
                "card_declined=generic"
            })
    void theErrorCodeDecidesWhereThereIsNoDeclineCode(String codeAndGroup) {
        String code = codeAndGroup.substring(0, codeAndGroup.indexOf('='));
        String group = codeAndGroup.substring(codeAndGroup.indexOf('=') + 1);
        assertThat(GUIDANCE.group(new Decline(code, null, "card"))).isEqualTo(group);
        assertThat(GUIDANCE.group(new Decline(code, "", "card"))).isEqualTo(group);
        assertThat(GUIDANCE.group(new Decline(code, "a_new_decline_code", "card")))
                .isEqualTo(group);
    }

    @Test
    void anAdviceThatALanguageLacksFallsBackToTheGenericOne(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("en"));
        Files.createDirectories(folder.resolve("fr"));
        Files.writeString(folder.resolve("en/decline-guidance.properties"), "generic.what = w\ngeneric.next = n\n");
        Files.writeString(folder.resolve("fr/decline-guidance.properties"), "expired.what = Expirée\n");
        DeclineGuidance guidance = new DeclineGuidance(folder, MailSamples.DECLINE_CODES, "en");
        assertThat(guidance.guidance("fr", card("expired_card"))).isEqualTo(new DeclineGuidance.Guidance("w", "n"));
    }
}
