package io.payroutes.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailLanguagesTest {

    private static final MailLanguages LANGUAGES = new MailLanguages(MailSamples.DIRECTORY, "en");

    @Test
    void theFirstPreferenceThatHasTemplatesWins() {
        assertThat(LANGUAGES.pick(List.of("ja-JP", "en"))).isEqualTo("ja");
        assertThat(LANGUAGES.pick(List.of("fr", "JA"))).isEqualTo("ja");
        assertThat(LANGUAGES.pick(List.of("en-GB", "ja"))).isEqualTo("en");
        assertThat(LANGUAGES.pick(List.of("ja_JP"))).isEqualTo("ja");
    }

    @Test
    void whoPrefersNothingAvailableGetsTheDefault() {
        assertThat(LANGUAGES.pick(List.of("zh-Hant-TW", "zh", "ko"))).isEqualTo("en");
        assertThat(LANGUAGES.pick(List.of())).isEqualTo("en");
        assertThat(LANGUAGES.pick(null)).isEqualTo("en");
        assertThat(new MailLanguages(MailSamples.DIRECTORY, "ja").pick(List.of("zh")))
                .isEqualTo("ja");
    }

    @Test
    void whatIsNoTagNeverNamesAFolder() {
        assertThat(LANGUAGES.pick(Arrays.asList(null, "", "../ja", "ja/..", "-", "j", "ja\n", "*")))
                .isEqualTo("en");
    }

    @Test
    void aNewFolderIsANewLanguage(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("en"));
        MailLanguages languages = new MailLanguages(folder, "en");
        assertThat(languages.pick(List.of("pt-BR"))).isEqualTo("en");
        Files.createDirectories(folder.resolve("pt-BR"));
        assertThat(languages.pick(List.of("pt-br"))).isEqualTo("pt-BR");
        assertThat(languages.pick(List.of("pt"))).isEqualTo("en");
    }

    @Test
    void aDefaultLanguageWithoutTemplatesIsRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MailLanguages(MailSamples.DIRECTORY, "fr"));
    }
}
