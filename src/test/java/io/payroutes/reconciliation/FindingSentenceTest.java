package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FindingSentenceTest {

    private static Finding finding(
            FindingCode code, @Nullable String orderRef, long expected, long actual, String currency) {
        return new Finding("id", code, "pi_1", "ch_1", orderRef, expected, actual, currency, null);
    }

    @Test
    void theLogSaysCodeSentencePaymentChargeAndOrder() {
        assertThat(finding(FindingCode.AMOUNT_MISMATCH, "1001", 4900, 4200, "jpy"))
                .hasToString("amount_mismatch: Charge ch_1 captured ¥4,200 but payment pi_1 (order 1001) received"
                        + " ¥4,900; ¥700 is missing.");
    }

    @Test
    void moreThanExpectedIsSaidSo() {
        assertThat(finding(FindingCode.AMOUNT_MISMATCH, null, 4900, 5000, "usd").sentence(Locale.US))
                .isEqualTo("Charge ch_1 captured $50.00 but payment pi_1 received $49.00; $1.00 is too much.");
    }

    @Test
    void amountsHaveStripesDecimals() {
        assertThat(finding(FindingCode.MISSING_ORDER_REFERENCE, null, 5120, 5120, "kwd")
                        .sentence(Locale.ENGLISH))
                .contains("KWD 5.120");
    }

    @Test
    void aJapaneseReaderGetsJapanese() {
        assertThat(finding(FindingCode.AMOUNT_MISMATCH, "1001", 4900, 4200, "jpy")
                        .sentence(Locale.JAPAN))
                .isEqualTo("請求 ch_1 の売上確定額は 4,200円 ですが、決済 pi_1（注文 1001）の受取額は 4,900円 です。700円 不足しています。");
    }

    @Test
    void anyOtherReaderGetsEnglishWhateverTheMachineSpeaks() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.JAPAN);
            assertThat(finding(FindingCode.AMOUNT_MISMATCH, null, 2, 1, "usd").sentence(Locale.FRENCH))
                    .startsWith("Charge ch_1 captured $0.01");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void whateverAnOrderIsCalledTheSentenceIsOneLineAndItsBracesAreText() {
        assertThat(finding(FindingCode.MISSING_ORDER_REFERENCE, "a\r\nERROR {0} '\u2028x", 1, 1, "usd")
                        .sentence(Locale.ENGLISH))
                .isEqualTo("Payment pi_1 (order a ERROR {0} ' x) received $0.01 and does not say for which order.");
    }

    @Test
    void aCurrencyThatIsNoneIsWrittenInPlainFigures() {
        assertThat(finding(FindingCode.AMOUNT_MISMATCH, null, 4900, 4200, "??").sentence(Locale.ENGLISH))
                .contains("captured 4200 ??");
    }

    @Test
    void aChargeWithoutAPaymentIsSpokenOfWithoutOne() {
        assertThat(new Finding("id", FindingCode.REFUND_FAILED, null, "ch_1", null, 0L, 4900L, "usd", "re_1"))
                .hasToString("refund_failed: Refund re_1 of $49.00 failed; the customer does not have this money.");
    }

    static Stream<Finding> everyVariant() {
        return Stream.of(FindingCode.values())
                .flatMap(code -> Stream.of(
                        new Finding("id", code, "pi_1", "ch_1", "1001", 4900L, 4200L, "jpy", other(code)),
                        new Finding("id", code, "pi_1", "ch_1", null, 4200L, 4900L, "kwd", other(code)),
                        new Finding("id", code, null, "ch_1", null, 4900L, 0L, "usd", otherOrNone(code))));
    }

    private static String other(FindingCode code) {
        return switch (code) {
            case LIVEMODE_MISMATCH -> "live";
            case CURRENCY_MISMATCH -> "usd";
            default -> "other_1";
        };
    }

    private static @Nullable String otherOrNone(FindingCode code) {
        return switch (code) {
            case LIVEMODE_MISMATCH -> "test";
            case CURRENCY_MISMATCH -> "eur";
            default -> null;
        };
    }

    @ParameterizedTest
    @MethodSource("everyVariant")
    void everyFindingHasASentenceInBothLanguages(Finding finding) {
        assertThat(finding.sentence(Locale.ENGLISH)).endsWith(".").doesNotContain("{", "null");
        assertThat(finding.sentence(Locale.JAPANESE)).endsWith("。").doesNotContain("{", "null");
    }

    @Test
    void bothLanguagesHaveTheSameWords() {
        assertThat(words(Locale.JAPANESE).keySet())
                .isEqualTo(words(Locale.ENGLISH).keySet());
    }

    private static ResourceBundle words(Locale language) {
        return ResourceBundle.getBundle(
                "io.payroutes.reconciliation.findings",
                language,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }
}
