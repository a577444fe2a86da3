package io.payroutes.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the Camel that is built with (4.18.0) does wrong when a route uses it: none does. docs/security.md says of each issue
 * what guards against it.
 */
final class KnownIssueCheck implements RouteCheck {
    private static final Map<String, String> STEPS = Map.of(
            "saga", "CVE-2026-85312: a header chooses the saga",
            "mimeMultipart", "CVE-2026-85314: a mail's headers become the message's",
            "idempotentConsumer", "CAMEL-24046: its repository may forget",
            "multicast", "it ignores the aggregation strategy that keeps the original");
    private static final Map<String, String> OPTIONS = Map.of(
            "matchOnUriPrefix", "CVE-2026-85316: a path that matches by prefix may become a proxy",
            "httpProxy", "a proxy for whoever asks",
            "followRedirects", "CVE-2026-85251: credentials follow a redirect to another host");
    private static final Path SETTINGS = Path.of("config", "application.properties");
    private static final Set<String> TAKING_MAIL = Set.of("imap", "imaps", "pop3", "pop3s");
    private static final Pattern TAKING_OBJECTS = Pattern.compile("(jms|activemq6?|sjms2?|amqp):.*");

    @Override
    public List<Problem> problems(RouteProject project) {
        List<Problem> problems = new ArrayList<>();
        for (RouteFile file : project.files()) {
            file.walk((pointer, key, node) -> {
                if (STEPS.containsKey(key)) {
                    problems.add(file.problem(pointer, key + ": " + STEPS.get(key)));
                }
                if (OPTIONS.containsKey(key) && !node.asText().equals("false")) {
                    problems.add(file.problem(pointer, key + ": " + OPTIONS.get(key)));
                }
                if (key.equals("steps") && node.isArray() && sendsMailWithHeaders(node)) {
                    problems.add(file.problem(
                            pointer, "CVE-2026-46584: a header steers the mail session; remove all before"));
                }
                String uri = node.path("uri").asText();
                if (TAKING_MAIL.contains(uri.replaceFirst(":.*", ""))) {
                    problems.add(file.problem(pointer, "CVE-2026-33454: a mail's headers steer the route"));
                }
                if (key.equals("from") && TAKING_OBJECTS.matcher(uri).matches()) {
                    problems.add(file.problem(pointer, "Java objects of a foreign queue are taken apart"));
                }
                if (uri.startsWith("platform-http")
                        && node.at("/parameters/path").asText().startsWith("/proxy")) {
                    problems.add(
                            file.problem(pointer, "CVE-2026-85316: a path with this beginning may become a proxy"));
                }
            });
        }
        for (String setting : List.of("camel.server.authenticationPath", "camel.management.authenticationPath")) {
            if (!"/*".equals(project.settings().get(setting))) {
                problems.add(
                        new Problem(SETTINGS, 1, setting + " must be /*: CVE-2026-40022, other paths would stay open"));
            }
        }
        if (project.settings().keySet().stream().anyMatch(name -> name.startsWith("camel.") && name.contains("cors"))) {
            problems.add(new Problem(SETTINGS, 1, "CVE-2026-84176: any origin would be let in"));
        }
        return problems;
    }

    private static boolean sendsMailWithHeaders(JsonNode steps) {
        for (int i = 0; i < steps.size(); i++) {
            String uri = steps.get(i).at("/to/uri").asText();
            boolean isMail = uri.startsWith("{{mail.scheme}}") || uri.startsWith("smtp");
            if (isMail
                    && (i == 0
                            || !steps.get(i - 1)
                                    .at("/removeHeaders/pattern")
                                    .asText()
                                    .equals("*"))) {
                return true;
            }
        }
        return false;
    }
}
