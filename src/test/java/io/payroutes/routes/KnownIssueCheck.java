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
            "transferException", "CVE-2026-40859: Java objects of whoever answers are taken apart",
            "allowJavaSerializedObject", "CVE-2026-40859: Java objects of whoever answers are taken apart",
            "followRedirects", "CVE-2026-85251: credentials follow a redirect to another host");
    private static final Map<String, String> STEERED_BY_HEADERS = Map.of(
            "http", "CVE-2026-78164: a header chooses the address, and placeholders in it are filled in",
            "https", "CVE-2026-78164: a header chooses the address, and placeholders in it are filled in",
            "jms", "a header chooses the queue",
            "kafka", "CVE-2026-49098: a header chooses the topic");
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
                if (key.equals("steps") && node.isArray() && leavesAStream(node)) {
                    problems.add(file.problem(
                            pointer,
                            "an answer that is a stream waits for a thread again, and takes 40 kB meanwhile;"
                                    + " convert what was marshalled to java.lang.String"));
                }
                if (key.equals("from")) {
                    steeredByHeaders(file, pointer + "/steps", node.path("steps"), problems);
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
            if (isMail && (i == 0 || !removesAllHeaders(steps.get(i - 1)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean leavesAStream(JsonNode steps) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).has("marshal")
                    && !(i + 1 < steps.size()
                            && steps.get(i + 1)
                                    .at("/convertBodyTo/type")
                                    .asText()
                                    .equals("java.lang.String"))) {
                return true;
            }
        }
        return false;
    }

    /** Each step that sends what a header may steer, with no step on the way to it that removes all. */
    private static void steeredByHeaders(RouteFile file, String pointer, JsonNode node, List<Problem> problems) {
        String scheme = node.path("uri").asText().replaceFirst(":.*", "");
        if (STEERED_BY_HEADERS.containsKey(scheme)) {
            problems.add(file.problem(pointer, STEERED_BY_HEADERS.get(scheme) + "; remove all before"));
        }
        for (int i = 0; i < node.size() && node.isArray(); i++) {
            if (removesAllHeaders(node.get(i))) {
                return;
            }
            steeredByHeaders(file, pointer + "/" + i, node.get(i), problems);
        }
        node.properties()
                .forEach(field -> steeredByHeaders(file, pointer + "/" + field.getKey(), field.getValue(), problems));
    }

    private static boolean removesAllHeaders(JsonNode step) {
        return step.at("/removeHeaders/pattern").asText().equals("*");
    }
}
