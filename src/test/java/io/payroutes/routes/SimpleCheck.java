package io.payroutes.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.LanguageValidationResult;

/** Each Simple expression and predicate can be parsed, and uses no operator that Camel is about to give up. */
final class SimpleCheck implements RouteCheck {
    private static final Pattern PREDICATE = Pattern.compile(
            ".*/(when|filter|validate|handled|continued|retryWhile|onWhen|completionPredicate)(/\\d+)?(/expression)?/simple");
    private static final Pattern OPERATOR_WITH_BLANK =
            Pattern.compile("\\b(not (?:contains|in|regex|is|range)|(?:not )?(?:starts|ends) with)\\b");

    private final CamelCatalog catalog = new DefaultCamelCatalog();

    @Override
    public List<Problem> problems(RouteProject project) {
        List<Problem> problems = new ArrayList<>();
        for (RouteFile file : project.files()) {
            file.walk((pointer, key, node) -> {
                if (key.equals("simple")) {
                    boolean isText = node.isTextual();
                    check(
                            file,
                            isText ? pointer : pointer + "/expression",
                            project.fillIn((isText ? node : node.path("expression")).asText(), file),
                            PREDICATE.matcher(pointer).matches(),
                            problems);
                } else if (pointer.endsWith("/log/message") || pointer.endsWith("/toD/uri")) {
                    check(file, pointer, text(project, file, node), false, problems);
                }
            });
        }
        return problems;
    }

    private static String text(RouteProject project, RouteFile file, JsonNode node) {
        return project.fillIn(node.asText(), file);
    }

    private void check(RouteFile file, String pointer, String text, boolean predicate, List<Problem> problems) {
        LanguageValidationResult result = predicate
                ? catalog.validateLanguagePredicate(getClass().getClassLoader(), "simple", text)
                : catalog.validateLanguageExpression(getClass().getClassLoader(), "simple", text);
        if (!result.isSuccess()) {
            problems.add(file.problem(pointer, result.getShortError() + ": " + text));
        }
        Matcher old = OPERATOR_WITH_BLANK.matcher(PlainText.withoutQuotesAndFunctions(text));
        if (predicate && old.find()) {
            problems.add(file.problem(pointer, "'" + old.group() + "' is deprecated: " + text));
        }
    }
}
