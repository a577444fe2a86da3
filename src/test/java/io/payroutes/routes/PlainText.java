package io.payroutes.routes;

import java.util.regex.Pattern;

/** Texts without the parts that stand for something else. */
final class PlainText {
    private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");
    private static final Pattern FUNCTION = Pattern.compile("\\$\\{[^{}]*}");

    private PlainText() {}

    static String withoutPlaceholders(String text) {
        return text.replaceAll("\\{\\{[^}]*}}", "");
    }

    static String withoutQuotesAndFunctions(String text) {
        return FUNCTION.matcher(QUOTED.matcher(text).replaceAll("")).replaceAll("");
    }
}
