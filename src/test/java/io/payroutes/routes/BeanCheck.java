package io.payroutes.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Each bean that a route or its SQL names is one that the program binds, and has the method; each class exists. */
final class BeanCheck implements RouteCheck {
    private static final Pattern IN_TEXT = Pattern.compile("\\$\\{bean:([\\w-]+)(?:\\.|\\?method=)?(\\w+)?[^}]*}");
    private static final Pattern REFERENCE = Pattern.compile("#(?:bean:)?([A-Za-z]\\w*)");
    private static final Set<String> CALLING = Set.of("bean", "method");

    private final Function<String, @Nullable Object> beans;

    /** @param beans finds a bean of the running program by its name */
    BeanCheck(Function<String, @Nullable Object> beans) {
        this.beans = beans;
    }

    @Override
    public List<Problem> problems(RouteProject project) {
        List<Problem> problems = new ArrayList<>();
        for (RouteFile file : project.files()) {
            file.walk((pointer, key, node) -> {
                String reason = complaint(pointer, key, node);
                if (!reason.isEmpty()) {
                    problems.add(file.problem(pointer + place(node, reason), reason));
                }
            });
        }
        for (Path sql : project.find("config/sql", ".sql")) {
            List<String> lines = project.lines(sql);
            for (int i = 0; i < lines.size(); i++) {
                String reason = inText(lines.get(i));
                if (!reason.isEmpty()) {
                    problems.add(new Problem(sql, i + 1, reason));
                }
            }
        }
        return problems;
    }

    private String complaint(String pointer, String key, JsonNode node) {
        if (CALLING.contains(key) && node.isObject()) {
            String method = node.path("method").asText();
            String type = node.path("beanType").asText();
            return type.isEmpty() ? bean(node.path("ref").asText(), method) : method(type(type), type, method);
        }
        if (key.equals("ref") && node.isTextual() && !pointer.matches(".*/(bean|method)/ref")) {
            return bean(node.asText(), "");
        }
        if (key.equals("exception") && node.isTextual()) {
            return type(node.asText()) == null ? "there is no class " + node.asText() : "";
        }
        if (node.isTextual()) {
            Matcher reference = REFERENCE.matcher(node.asText());
            return reference.matches() ? bean(reference.group(1), "") : inText(node.asText());
        }
        return "";
    }

    /** Where in a step the mistake is. */
    private static String place(JsonNode step, String reason) {
        if (!step.isObject()) {
            return "";
        }
        return reason.contains("has no method") ? "/method" : step.has("ref") ? "/ref" : "/beanType";
    }

    private String inText(String text) {
        Matcher call = IN_TEXT.matcher(text);
        while (call.find()) {
            String reason = bean(call.group(1), call.group(2) == null ? "" : call.group(2));
            if (!reason.isEmpty()) {
                return reason;
            }
        }
        return "";
    }

    private String bean(String name, String method) {
        Object bean = beans.apply(name);
        return bean == null ? "there is no bean " + name : method(bean.getClass(), name, method);
    }

    private static String method(@Nullable Class<?> type, String name, String method) {
        if (type == null) {
            return "there is no class " + name;
        }
        String plain = method.replaceFirst("\\(.*", "");
        return plain.isEmpty()
                        || Arrays.stream(type.getMethods())
                                .anyMatch(known -> known.getName().equals(plain))
                ? ""
                : name + " has no method " + plain;
    }

    private static @Nullable Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }
}
