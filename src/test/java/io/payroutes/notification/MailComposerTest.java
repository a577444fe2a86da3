package io.payroutes.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.payroutes.money.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailComposerTest {

    private static final MailComposer COMPOSER = MailSamples.composer();
    private static final String PAY_URL_IN_HTML = MailSamples.PAY_URL.replace("&", "&amp;");

    static Stream<Arguments> kindsAndLanguages() {
        return Stream.of(MailKind.values())
                .flatMap(kind -> MailSamples.LANGUAGES.stream().map(language -> Arguments.of(kind, language)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndLanguages")
    void everyMailNamesShopOrderAmountAndCustomer(MailKind kind, String language) {
        ComposedMail mail = COMPOSER.compose("d1", MailSamples.request(kind, language));
        String amount = new Money(4900, "jpy").format(Locale.forLanguageTag(language));
        assertThat(mail.language()).isEqualTo(language);
        assertThat(mail.subject()).contains("青山 Books & Co.", "1042").doesNotContain("Subject");
        assertThat(mail.text()).contains(amount, "1042", "Jenny Rosen", "2 × Notebook", "青山 Books & Co.");
        assertThat(mail.html()).contains(amount, "1042", "Jenny Rosen", "2 × Notebook", "青山 Books &amp; Co.");
        assertThat(mail.text()).contains("4242").contains("Visa");
    }

    @ParameterizedTest
    @MethodSource("kindsAndLanguages")
    void aMailLinksToThePaymentPageExactlyWhenThereIsSomethingToDo(MailKind kind, String language) {
        ComposedMail mail = COMPOSER.compose("d1", MailSamples.request(kind, language));
        switch (kind) {
            case PAYMENT_FAILED, PAYMENT_ACTION_REQUIRED, PAYMENT_PARTIALLY_FUNDED -> {
                assertThat(mail.text()).contains(MailSamples.PAY_URL);
                assertThat(mail.html()).contains("href=\"" + PAY_URL_IN_HTML + "\"");
            }
            case PAYMENT_PENDING, PAYMENT_CONFIRMED -> {
                assertThat(mail.text()).doesNotContain("http");
                assertThat(mail.html()).doesNotContain("href");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndLanguages")
    void theHtmlIsACalmDocumentWithoutRemoteContent(MailKind kind, String language) {
        String html =
                COMPOSER.compose("d1", MailSamples.request(kind, language)).html();
        assertThat(html)
                .startsWith("<!DOCTYPE html>")
                .contains("<html lang=\"" + language + "\">", "color-scheme", "prefers-color-scheme: dark")
                .doesNotContain("<img", "<script", "url(", "@import", "<link", "src=", "!!", "!</");
    }

    @ParameterizedTest
    @MethodSource("kindsAndLanguages")
    void aMailIsWholeWhenNothingButTheAmountIsKnown(MailKind kind, String language) {
        MailRequest bare = new MailRequest(
                kind,
                null,
                language,
                "pi_1",
                null,
                null,
                null,
                new Money(4900, "usd"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        ComposedMail mail = COMPOSER.compose("d1", bare);
        assertThat(mail.text()).contains("49.00").doesNotContain("null", "()", "  \n", "${", "\n\n\n");
        assertThat(mail.html()).contains("49.00").doesNotContain(">null", "href", "${");
        assertThat(mail.subject()).doesNotContain("null", "()", "\uff08\uff09");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fraudulent", "lost_card", "stolen_card", "merchant_blacklist"})
    void noMailTellsAThiefWhatTheBankKnows(String code) {
        for (String language : MailSamples.LANGUAGES) {
            assertThat(COMPOSER.compose("d1", MailSamples.declined(language, "card_declined", code)))
                    .isEqualTo(
                            COMPOSER.compose("d1", MailSamples.declined(language, "card_declined", "generic_decline")));
        }
    }

    @Test
    void noMailOfAnyDeclineUsesWordsOfSuspicion() {
        for (String code : DeclineGuidanceTest.documentedCodes()) {
            ComposedMail english = COMPOSER.compose("d1", MailSamples.declined("en", "card_declined", code));
            assertThat((english.subject() + english.text() + words(english)).toLowerCase(Locale.ROOT))
                    .as(code)
                    .doesNotContain(
                            "fraud",
                            "stolen",
                            "lost",
                            "blacklist",
                            "suspici",
                            "risk",
                            "block",
                            "decline_code",
                            code + " ");
            ComposedMail japanese = COMPOSER.compose("d1", MailSamples.declined("ja", "card_declined", code));
            assertThat(japanese.subject() + japanese.text() + words(japanese))
                    .as(code)
                    .doesNotContain("不正", "盗難", "紛失", "詐欺", "疑い", "ブラックリスト");
        }
    }

    @Test
    void nothingChargedIsSaidOnlyWhereItIsTrue() {
        MailRequest request = MailSamples.declined("en", "card_declined", "generic_decline");
        assertThat(COMPOSER.compose("d1", request).text()).contains("You have not been charged for this attempt");
        MailRequest partlyPaid = new MailRequest(
                request.kind(),
                request.to(),
                "en",
                "pi_1",
                null,
                null,
                null,
                request.amount(),
                new Money(100, "jpy"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        ComposedMail mail = COMPOSER.compose("d1", partlyPaid);
        assertThat(mail.text() + mail.html()).doesNotContain("not been charged");
    }

    @Test
    void everyNextActionBecomesAnInstructionInEveryLanguage() {
        MailSamples.nextActions().forEach((type, json) -> {
            for (String language : MailSamples.LANGUAGES) {
                ComposedMail mail = COMPOSER.compose("d1", MailSamples.action(language, json));
                assertThat(mail.text()).as(type).contains("https://");
                assertThat(mail.html())
                        .as(type)
                        .contains("href=\"https://")
                        .doesNotContain("<img", "weixin:", "data:image");
                // A key that stands for itself in the mail is a word that the language's file lacks.
                assertThat(mail.text()).as(type).doesNotContain("instructions.", "row.", "section.");
                assertThat(mail.html()).as(type).doesNotContain("instructions.", "row.", "section.", "secret-sign");
            }
        });
    }

    @Test
    void everyLanguageHasTheSameWords() {
        assertThat(PropertiesFile.read(MailSamples.DIRECTORY.resolve("ja/labels.properties"))
                        .keySet())
                .isEqualTo(PropertiesFile.read(MailSamples.DIRECTORY.resolve("en/labels.properties"))
                        .keySet());
    }

    @Test
    void deadlinesAreToldInTheShopsTimeAndTheCustomersLanguage() {
        String konbini = MailSamples.nextActions().get("konbini_display_details");
        assertThat(COMPOSER.compose("d1", MailSamples.action("en", konbini)).text())
                .contains("Please pay by 24 November 2026, 23:59 (JST)", "Lawson", "  Payment code: 654321");
        assertThat(COMPOSER.compose("d1", MailSamples.action("ja", konbini)).text())
                .contains("お支払い期限：2026年11月24日（火）23:59（JST）", "【ローソン】", "お支払い受付番号：654321");
    }

    @Test
    void accountTypesAreInTheCustomersLanguage() {
        String transfer = MailSamples.nextActions().get("display_bank_transfer_instructions");
        assertThat(COMPOSER.compose("d1", MailSamples.action("ja", transfer)).text())
                .contains("口座種別：普通", "お振込金額：1,900円");
    }

    @Test
    void whatStrangersWriteStaysText() {
        String hostile = "<script>alert(1)</script> \"'><img src=x onerror=alert(1)> ${shopName} #{7} <#assign a=1> "
                + "\u202Eevil\r\nBcc: victim@example.com\r\n\r\nBody";
        for (MailKind kind : MailKind.values()) {
            for (String language : MailSamples.LANGUAGES) {
                MailRequest request = new MailRequest(
                        kind,
                        "jenny@example.com",
                        language,
                        hostile,
                        hostile,
                        hostile,
                        hostile,
                        new Money(4900, "jpy"),
                        null,
                        null,
                        hostile,
                        hostile,
                        hostile,
                        new Decline(hostile, hostile, hostile),
                        MailSamples.json(
                                "{\"type\": \"oxxo_display_details\", \"oxxo_display_details\": {\"number\":"
                                        + " \"<b onload=x>1</b>\\u202E\", \"hosted_voucher_url\": \"https://p.example/?a=1&b='<i>'\"}}"),
                        MailSamples.PAY_URL,
                        MailSamples.NOW);
                ComposedMail mail = COMPOSER.compose("d1", request);
                assertThat(mail.html())
                        .doesNotContain("<script", "<img", "<b onload", "<i>", "\u202E")
                        .contains("&lt;script&gt;");
                assertThat(mail.text()).contains("${shopName}").doesNotContain("\u202E", "\nBcc:");
                assertThat(mail.subject()).doesNotContain("\r", "\n", "\u202E");
            }
        }
    }

    @Test
    void longTextsAreCut() {
        String endless = "long ".repeat(2_000);
        ComposedMail mail = COMPOSER.compose(
                "d1", MailSamples.request(MailKind.PAYMENT_CONFIRMED, "en", null, null, endless, endless));
        assertThat(mail.text()).hasSizeLessThan(1_500).contains("…");
        assertThat(mail.html()).hasSizeLessThan(12_000);
    }

    @Test
    void anUnknownLanguageIsWrittenInTheDefaultOne() {
        MailRequest request = MailSamples.request(MailKind.PAYMENT_FAILED, "zh-Hant");
        assertThat(COMPOSER.compose("d1", request).language()).isEqualTo("en");
    }

    @Test
    void anEditedTemplateCountsFromTheNextMailOn(@TempDir Path folder) throws IOException {
        Path template = copyOf(MailSamples.DIRECTORY, folder).resolve("en/payment-failed.txt.ftl");
        MailComposer composer = new MailComposer(MailSamples.settings(folder), Clock.systemUTC(), 0);
        MailRequest request = MailSamples.request(MailKind.PAYMENT_FAILED, "en");
        assertThat(composer.compose("d1", request).subject()).contains("was not completed");
        Files.writeString(template, "Subject: Ours\n\nEdited ${amount}\n");
        Files.setLastModifiedTime(template, FileTime.fromMillis(1));
        assertThat(composer.compose("d1", request).subject()).isEqualTo("Ours");
        assertThat(composer.compose("d1", request).text()).isEqualTo("Edited ¥4,900\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<#assign x = 'freemarker.template.utility.Execute'?new()>${x('id')}",
                "${'x'?api.class}",
                "${amount.class}",
                "<#include '../../pom.xml'>",
                "${unknown}"
            })
    void aTemplateCannotReachOutOfItsData(String attempt) throws IOException {
        Path folder = Files.createTempDirectory("mail");
        Path template = copyOf(MailSamples.DIRECTORY, folder).resolve("en/payment-failed.txt.ftl");
        Files.writeString(template, "Subject: x\n\n" + attempt + "\n");
        MailComposer composer = new MailComposer(MailSamples.settings(folder), Clock.systemUTC());
        assertThatExceptionOfType(MailTemplateException.class)
                .isThrownBy(() -> composer.compose("d1", MailSamples.request(MailKind.PAYMENT_FAILED, "en")))
                .withMessageContaining("en/payment-failed.txt.ftl");
    }

    @Test
    void requestsAndMailsDoNotPrintPeople() {
        MailRequest request = MailSamples.request(MailKind.PAYMENT_FAILED, "en");
        assertThat(request + " " + COMPOSER.compose("d1", request)).doesNotContain("jenny", "Jenny");
    }

    @ParameterizedTest
    @MethodSource("kindsAndLanguages")
    void japaneseIsSetInJapanesePunctuation(MailKind kind, String language) {
        String konbini = MailSamples.nextActions().get("konbini_display_details");
        ComposedMail mail = COMPOSER.compose(
                "d1", MailSamples.request(kind, language, null, MailSamples.json(konbini), "青山 太郎", "ノート"));
        if (language.equals("ja")) {
            assertThat(mail.subject() + mail.text() + words(mail))
                    .doesNotContain("(", ")", "!")
                    .containsPattern("\\uff08.*\\uff09");
        }
    }

    @Test
    void aRequestSurvivesBeingStoredAsJson() throws IOException {
        ObjectMapper json = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
        MailRequest request = MailSamples.action("ja", MailSamples.nextActions().get("konbini_display_details"));
        String stored = json.writeValueAsString(request);
        assertThat(stored).contains("\"kind\":\"payment-action-required\"", "\"minor_units\":4900");
        assertThat(json.readValue(stored, MailRequest.class)).isEqualTo(request);
        assertThat(json.readValue(
                                "{\"kind\":\"payment-failed\",\"payment_id\":\"pi_1\","
                                        + "\"amount\":{\"minor_units\":1,\"currency\":\"usd\"}}",
                                MailRequest.class)
                        .occurredAt())
                .isNull();
    }

    private static String words(ComposedMail mail) {
        return mail.html().replaceAll("(?s)<style>.*?</style>|<[^>]*>", " ");
    }

    private static Path copyOf(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return target;
    }
}
