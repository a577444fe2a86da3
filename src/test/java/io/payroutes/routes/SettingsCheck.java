package io.payroutes.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Each setting that is used stands in config/application.properties, in a paragraph that begins with a comment, and each
 * that stands there is used. How often a route starts is looked at by the program, since Camel reads much as zero.
 */
final class SettingsCheck implements RouteCheck {
    private static final Path SETTINGS = Path.of("config", "application.properties");
    private static final Pattern IN_SIMPLE = Pattern.compile("\\$\\{properties:\\??([\\w.-]+)[^}]*}");
    private static final Pattern IN_JAVA = Pattern.compile("settings\\s*\\.\\w+\\(\\s*\"([\\w.-]+)\"");
    private static final Set<String> PERIODS = Set.of("delay", "initialDelay", "period", "timePeriodMillis");
    private static final Pattern LITERAL = Pattern.compile("\"([\\w.-]+)\"");
    private static final Pattern SETTING = Pattern.compile("([\\w.-]+)=.*");

    @Override
    public List<Problem> problems(RouteProject project) {
        List<Problem> problems = new ArrayList<>();
        Set<String> used = new HashSet<>();
        Set<String> looked = new HashSet<>();
        for (Path path : project.find("src/main", ".java")) {
            looked.addAll(all(IN_JAVA, String.join("\n", project.lines(path))));
        }
        for (RouteFile file : project.files()) {
            Set<String> own = RouteProject.parameters(file).keySet();
            file.walk((pointer, key, node) -> {
                if (node.isTextual()) {
                    names(node.asText()).filter(name -> !own.contains(name)).forEach(name -> {
                        used.add(withoutUnit(name));
                        mustStandThere(project, name, file.problem(pointer, ""), problems);
                        if (PERIODS.contains(key) && !looked.contains(name)) {
                            problems.add(file.problem(pointer, name + " is looked at by nobody before Camel reads it"));
                        }
                    });
                }
            });
        }
        for (Path path : texts(project)) {
            List<String> lines = project.lines(path);
            // What a profile alone has, its file may build upon.
            Set<String> own = path.getFileName().toString().startsWith("application-")
                    ? lines.stream().map(line -> line.replaceFirst("=.*", "")).collect(Collectors.toSet())
                    : Set.of();
            for (int i = 0; i < lines.size(); i++) {
                Problem here = new Problem(path, i + 1, "");
                if (!lines.get(i).startsWith("#")) {
                    names(lines.get(i)).filter(name -> !own.contains(name)).forEach(name -> {
                        used.add(withoutUnit(name));
                        mustStandThere(project, name, here, problems);
                    });
                }
            }
        }
        for (Path path : project.find("src", ".java")) {
            if (!path.startsWith(Path.of("src", "test"))) {
                String text = String.join("\n", project.lines(path));
                all(LITERAL, text).forEach(used::add);
                if (path.startsWith(Path.of("src", "main"))) {
                    all(IN_JAVA, text)
                            .forEach(name -> mustStandThere(project, name, new Problem(path, 1, ""), problems));
                }
            }
        }
        settingsFiles(project, used, problems);
        return problems;
    }

    private static void settingsFiles(RouteProject project, Set<String> used, List<Problem> problems) {
        for (Path path : project.find("config", ".properties")) {
            if (path.getFileName().toString().startsWith("application")) {
                boolean explained = false;
                List<String> lines = project.lines(path);
                for (int i = 0; i < lines.size(); i++) {
                    String line = lines.get(i);
                    var setting = SETTING.matcher(line);
                    if (line.isBlank() || line.startsWith("# --")) {
                        explained = line.matches("# -- .*[^- ].*: .*");
                    } else if (line.startsWith("#")) {
                        explained = true;
                    } else if (setting.matches()) {
                        String name = setting.group(1);
                        Problem here = new Problem(path, i + 1, "");
                        if (!explained && !name.startsWith("camel.")) {
                            problems.add(with(here, "no comment says what " + name + " is"));
                        }
                        boolean known =
                                path.equals(SETTINGS) || project.settings().containsKey(name);
                        if (!name.startsWith("camel.") && !used.contains(name) && !(known && !path.equals(SETTINGS))) {
                            problems.add(with(here, "nobody uses " + name));
                        }
                    }
                }
            }
        }
    }

    private static List<Path> texts(RouteProject project) {
        return Stream.concat(
                        project.find("config", ".properties").stream(), project.find("config/sql", ".sql").stream())
                .toList();
    }

    private static void mustStandThere(RouteProject project, String name, Problem here, List<Problem> problems) {
        if (!project.settings().containsKey(name) && !project.isDerived(name) && !name.startsWith("camel.")) {
            problems.add(with(here, name + " does not stand in " + SETTINGS));
        }
    }

    private static String withoutUnit(String name) {
        return name.replaceFirst("-ms$", "");
    }

    private static Problem with(Problem here, String reason) {
        return new Problem(here.file(), here.line(), reason);
    }

    private static Stream<String> names(String text) {
        return Stream.concat(all(RouteProject.PLACEHOLDER, text).stream(), all(IN_SIMPLE, text).stream());
    }

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toSet());
    }
}
