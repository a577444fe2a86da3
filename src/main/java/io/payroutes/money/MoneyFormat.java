package io.payroutes.money;

import static java.util.Map.entry;

import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.Map;

/** How an amount is written in a mail or on a page. */
final class MoneyFormat {

    private static final Map<String, String> ENGLISH_SYMBOLS = Map.ofEntries(
            entry("aud", "A$"),
            entry("brl", "R$"),
            entry("cad", "CA$"),
            entry("cny", "CN¥"),
            entry("eur", "€"),
            entry("gbp", "£"),
            entry("hkd", "HK$"),
            entry("inr", "₹"),
            entry("jpy", "¥"),
            entry("krw", "₩"),
            entry("mxn", "MX$"),
            entry("nzd", "NZ$"),
            entry("twd", "NT$"),
            entry("usd", "$"));

    private static final Map<String, String> JAPANESE_UNITS = Map.ofEntries(
            entry("aud", "豪ドル"),
            entry("cad", "カナダドル"),
            entry("chf", "スイスフラン"),
            entry("cny", "人民元"),
            entry("eur", "ユーロ"),
            entry("gbp", "英ポンド"),
            entry("hkd", "香港ドル"),
            entry("jpy", "円"),
            entry("krw", "韓国ウォン"),
            entry("nzd", "ニュージーランドドル"),
            entry("sgd", "シンガポールドル"),
            entry("thb", "タイバーツ"),
            entry("twd", "台湾ドル"),
            entry("usd", "米ドル"));

    private MoneyFormat() {}

    static String format(Money money, Locale locale) {
        String code = money.currency().toUpperCase(Locale.ROOT);
        return switch (locale.getLanguage()) {
            case "en" -> {
                String symbol = ENGLISH_SYMBOLS.get(money.currency());
                yield money.sign() + (symbol == null ? code + " " : symbol) + number(money, ',', '.');
            }
            case "ja" -> {
                // 円 stands behind the number in a Japanese shop, and the other units then follow it.
                String unit = JAPANESE_UNITS.get(money.currency());
                yield money.sign() + number(money, ',', '.') + (unit == null ? " " + code : unit);
            }
            default -> {
                DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(locale);
                yield money.sign()
                        + number(money, symbols.getGroupingSeparator(), symbols.getDecimalSeparator())
                        + " "
                        + code;
            }
        };
    }

    private static String number(Money money, char grouping, char decimal) {
        String whole = money.wholeDigits();
        StringBuilder text = new StringBuilder(whole);
        for (int at = whole.length() - 3; at > 0; at -= 3) {
            text.insert(at, grouping);
        }
        String decimals = money.visibleDecimalDigits();
        return decimals.isEmpty()
                ? text.toString()
                : text.append(decimal).append(decimals).toString();
    }
}
