package io.payroutes.notification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutsideTextTest {

    @Test
    void controlAndFormatCharactersDisappear() {
        assertThat(OutsideText.line("a\u202Eb\u2066c\u0000d\u200Be\uFEFFf\u001B[31m", 80))
                .isEqualTo("abcdef[31m");
        assertThat(OutsideText.line("one\r\ntwo\tthree\u2028four\u0085five", 80))
                .isEqualTo("one two three fourfive");
        assertThat(OutsideText.line("\uD800broken", 80)).isEqualTo("broken");
        assertThat(OutsideText.line(" \u202E \n ", 80)).isNull();
    }

    @Test
    void whatScriptsNeedStays() {
        assertThat(OutsideText.line("می\u200Cخواهم 👨\u200D👩\u200D👧 青山 太郎 José", 80))
                .isEqualTo("می\u200Cخواهم 👨\u200D👩\u200D👧 青山 太郎 José");
    }

    @Test
    void longTextIsCutBetweenCharactersAndTheCutIsShown() {
        String line = OutsideText.line("😀".repeat(10_000), 50);
        assertThat(line).endsWith("…");
        assertThat(line == null ? 0 : line.codePointCount(0, line.length())).isLessThanOrEqualTo(51);
        assertThat(OutsideText.line("x".repeat(50), 50)).isEqualTo("x".repeat(50));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "win at evil.example",
                "https://evil.example",
                "www.evil",
                "evil@example.com",
                "go to evil。example now",
                "a/b"
            })
    void aNameThatMailProgramsWouldLinkIsNoName(String name) {
        assertThat(OutsideText.personName(name)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"J. R. Smith", "Anne-Marie O'Neill", "青山 太郎", "Dr. No", "Søren Ærø", "J.R. Ewing"})
    void aPersonsNameStays(String name) {
        assertThat(OutsideText.personName(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "data:text/html,x",
                "weixin://x",
                "//evil.example",
                "/checkout",
                "https:///x",
                "https://shop.example@evil.example/",
                "https://x.example/\r\nBcc: a@b.c",
                "https://x.example/\"onclick=",
                "",
                " "
            })
    void onlyPlainWebAddressesAreLinks(String address) {
        assertThat(OutsideText.link(address)).isNull();
    }

    @Test
    void webAddressesStayAsTheyAre() {
        assertThat(OutsideText.link("https://pay.example/a?b=c&d=%20#e"))
                .isEqualTo("https://pay.example/a?b=c&d=%20#e");
        assertThat(OutsideText.link("http://localhost:4242/checkout/1")).isEqualTo("http://localhost:4242/checkout/1");
        assertThat(OutsideText.link("https://pay.example/" + "a".repeat(3_000))).isNull();
    }
}
