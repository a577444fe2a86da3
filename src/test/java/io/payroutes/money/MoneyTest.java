package io.payroutes.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

    @ParameterizedTest
    @CsvSource({
        "4900, usd, 49.00",
        "4900, jpy, 4900",
        "5120, kwd, 5.120",
        "500, isk, 5.00",
        "50000, ugx, 500.00",
        "500, mga, 500",
        "17500, huf, 175.00",
        "80000, twd, 800.00",
        "1, bhd, 0.001",
        "1, usd, 0.01",
        "0, usd, 0.00",
        "0, jpy, 0",
        "-5, usd, -0.05",
        "-1234567, usd, -12345.67",
        "100, iqd, 1.00",
        "100, lyd, 1.00",
        "1999, zzz, 19.99"
    })
    void decimalTextHasTheExponentThatStripeUses(long minorUnits, String currency, String expected) {
        assertThat(new Money(minorUnits, currency).toDecimal()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            4900      | jpy | ¥4,900          | 4,900円
            4900      | usd | $49.00          | 49.00米ドル
            123456789 | eur | €1,234,567.89   | 1,234,567.89ユーロ
            5120      | kwd | KWD 5.120       | 5.120 KWD
            500       | isk | ISK 5           | 5 ISK
            100000000 | isk | ISK 1,000,000   | 1,000,000 ISK
            550       | isk | ISK 5.50        | 5.50 ISK
            150000    | ugx | UGX 1,500       | 1,500 UGX
            1500      | mga | MGA 1,500       | 1,500 MGA
            17500     | huf | HUF 175.00      | 175.00 HUF
            80000     | twd | NT$800.00       | 800.00台湾ドル
            5000      | krw | ₩5,000          | 5,000韓国ウォン
            -1999     | gbp | -£19.99         | -19.99英ポンド
            999       | jpy | ¥999            | 999円
            100000    | zzz | ZZZ 1,000.00    | 1,000.00 ZZZ
            """)
    void customersReadTheAmountAsTheirLanguageWritesIt(
            long minorUnits, String currency, String english, String japanese) {
        Money money = new Money(minorUnits, currency);
        assertThat(money.format(Locale.ENGLISH)).isEqualTo(english);
        assertThat(money.format(Locale.US)).isEqualTo(english);
        assertThat(money.format(Locale.JAPANESE)).isEqualTo(japanese);
        assertThat(money.format(Locale.JAPAN)).isEqualTo(japanese);
    }

    @Test
    void anotherLanguageKeepsItsSeparatorsAndAsciiDigits() {
        assertThat(new Money(123456, "eur").format(Locale.GERMAN)).isEqualTo("1.234,56 EUR");
        assertThat(new Money(123456, "eur").format(Locale.forLanguageTag("ar-EG")))
                .matches("\\D*1\\D234\\D56 EUR");
    }

    @Test
    void decimalTextIsTheSameInEveryDefaultLocale() {
        Locale before = Locale.getDefault();
        try {
            for (String tag : List.of("ar-EG", "fa-IR", "th-TH-u-nu-thai", "de-DE")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertThat(new Money(4900, "usd").toDecimal()).isEqualTo("49.00");
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void decimalTextIsExactForEveryAmount() {
        Random random = new Random(20261101);
        for (String currency : List.of("jpy", "usd", "kwd", "isk", "zzz")) {
            for (int i = 0; i < 2_000; i++) {
                Money money = new Money(random.nextLong() >> random.nextInt(64), currency);
                assertThat(new BigDecimal(money.toDecimal()))
                        .isEqualTo(BigDecimal.valueOf(money.minorUnits(), money.exponent()));
            }
        }
        assertThat(new Money(Long.MIN_VALUE, "usd").toDecimal()).isEqualTo("-92233720368547758.08");
        assertThat(new Money(Long.MAX_VALUE, "jpy").toDecimal()).isEqualTo("9223372036854775807");
    }

    @ParameterizedTest
    @ValueSource(strings = {"USD", "us", "usdx", "", " usd", "usd\n", "u$d", "日本円"})
    void whatIsNotACurrencyOfStripesApiIsRefused(String currency) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Money(1, currency));
    }
}
