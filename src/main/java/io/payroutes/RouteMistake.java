package io.payroutes;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * A mistake in a route file: where it is and what is wrong, in the words of the person who edits the file. Camel's
 * exceptions name the line of what it cannot parse, and the route of what it cannot build; the line of the latter is
 * found by what the exception complains about.
 */
record RouteMistake(Path file, int line, String text, String reason) {

    /** What exceptions say, what that means, and what to look for in the files. Group 1 and 2 are {@code $1} and $2. */
    private record Saying(Pattern message, String reason, String clue) {
        Saying(String message, String reason, String clue) {
            this(Pattern.compile(message, Pattern.DOTALL), reason, clue);
        }
    }

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^}]*}}");
    private static final Pattern LITERAL = Pattern.compile("\\w{3}");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private static final List<Saying> SAYINGS = List.of(
            new Saying("Property with key \\[([^\\]]+)] not found", "there is no setting $1 in config/", "{{$1"),
            new Saying(
                    "Failed to resolve endpoint: ([\\w.+-]+):.*Unknown parameters=\\[\\{([^=]+)=",
                    "the endpoint $1: has no option $2",
                    "$2:"),
            new Saying(
                    "No endpoint could be found for: ([\\w.+-]+):",
                    "there is no component $1 (misspelt, or its library is not there)",
                    "$1:"),
            new Saying(
                    "Failed to resolve endpoint: \\S*[?&]([\\w.]+)=([^&\\s]*).*For input string: \"\\2\"",
                    "the option $1 cannot be '$2'",
                    "$1:"),
            new Saying("Error binding property \\((camel\\.[^=)]+)=", "Camel has no setting $1", "$1"),
            new Saying("Error binding property \\(([^=)]+)=([^)]*)\\)", "the option $1 cannot be '$2'", "$1:"),
            new Saying("No bean could be found in the registry for: (\\S+)", "there is no bean $1", "ref: $1"),
            new Saying("No bean could be found in the registry for: #?(\\S+)", "there is no bean $1", "#$1"),
            new Saying(
                    "Method with name: (\\S+) not found on bean: .* of type: (\\S+)",
                    "$2 has no method $1",
                    "method: $1"),
            new Saying(
                    "Value (\\S+) converted to java\\.lang\\.(\\w+)",
                    "'$1' is not a value ($2) of this option",
                    ": $1"),
            new Saying(
                    "There is no routeConfiguration (\\S+)",
                    "there is no routeConfiguration $1",
                    "routeConfigurationId: $1"),
            new Saying("Duplicate route ids detected: ([\\w-]+)", "there is another route with the id $1", "id: $1"),
            new Saying("Resource not found: \\S*/([\\w.-]+)\\.kamelet\\.yaml", "there is no kamelet $1", "kamelet:$1"),
            new Saying("(?:file:)?([^\\s\"]+[/.][^\\s\"]+) does not exist", "there is no file $1", "$1"));

    /** The mistake behind a failure, if it is one in the files. */
    static Optional<RouteMistake> behind(Throwable failure, RouteFolder folder) {
        List<Throwable> causes = innermostFirst(failure);
        String routeId = causes.stream()
                .filter(FailedToCreateRouteException.class::isInstance)
                .map(cause -> ((FailedToCreateRouteException) cause).getRouteId())
                .filter(id -> id != null)
                .findFirst()
                .orElse("");
        Search search = new Search(ofRouteFirst(folder.files(), routeId));
        for (Throwable cause : causes) {
            Optional<RouteMistake> mistake = of(cause, search);
            if (mistake.isPresent()) {
                return mistake;
            }
        }
        return routeId.isEmpty() ? Optional.empty() : search.first("id: " + routeId, reason(causes.get(0)));
    }

    /** What a failure means, wherever its cause may be. */
    static Optional<String> meaning(Throwable failure) {
        for (Throwable cause : innermostFirst(failure)) {
            for (Saying saying : SAYINGS) {
                Matcher said = saying.message().matcher(reason(cause));
                if (said.find()) {
                    return Optional.of(fill(saying.reason(), said));
                }
            }
        }
        return Optional.empty();
    }

    private static List<Throwable> innermostFirst(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(0, cause);
        }
        return causes;
    }

    private static Optional<RouteMistake> of(Throwable cause, Search search) {
        if (cause instanceof MarkedYamlEngineException yaml) {
            return yaml.getProblemMark().map(mark -> inYaml(yaml, mark));
        }
        if (cause instanceof SimpleIllegalSyntaxException simple && simple.getExpression() != null) {
            String complaint = reason(simple).lines().findFirst().orElse("");
            return search.first(simple.getExpression().strip(), "this Simple expression is wrong: " + complaint);
        }
        if (cause instanceof ClassNotFoundException) {
            return search.first(reason(cause), "there is no class " + reason(cause));
        }
        if (cause instanceof FileNotFoundException || cause instanceof RuntimeException) {
            for (Saying saying : SAYINGS) {
                Matcher said = saying.message().matcher(reason(cause));
                if (said.find()) {
                    Optional<RouteMistake> mistake =
                            search.first(fill(saying.clue(), said), fill(saying.reason(), said));
                    if (mistake.isPresent()) {
                        return mistake;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static RouteMistake inYaml(MarkedYamlEngineException failure, Mark mark) {
        String problem = String.valueOf(failure.getProblem());
        String reason;
        if (problem.startsWith("Unknown node id: ")) {
            reason = "there is no step called " + problem.substring("Unknown node id: ".length());
        } else if (problem.startsWith("Unsupported field: ")) {
            reason = "there is no option called " + problem.substring("Unsupported field: ".length()) + " here";
        } else if (failure.getContext() == null) {
            reason = problem;
        } else {
            reason = "not YAML: " + failure.getContext() + " " + problem + " (is the indentation right?)";
        }
        String name = mark.getName().startsWith("file:") ? mark.getName().substring(5) : mark.getName();
        Path file = Path.of(name);
        int line = mark.getLine() + 1;
        return new RouteMistake(file, line, textOf(RouteFolder.lines(file), line), reason);
    }

    private static String fill(String template, Matcher values) {
        String filled = template;
        for (int i = 1; i <= values.groupCount(); i++) {
            filled = filled.replace("$" + i, values.group(i));
        }
        return filled;
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }

    private static List<Path> ofRouteFirst(List<Path> files, String routeId) {
        List<Path> sorted = new ArrayList<>(files);
        sorted.sort((one, other) -> Boolean.compare(isOf(routeId, other), isOf(routeId, one)));
        return Collections.unmodifiableList(sorted);
    }

    private static boolean isOf(String routeId, Path file) {
        return RouteFolder.lines(file).stream().anyMatch(line -> line.strip().equals("id: " + routeId));
    }

    private static String textOf(List<String> lines, int line) {
        return line <= lines.size() ? lines.get(line - 1).strip() : "";
    }

    /** {@code file, line n: reason}, and the line itself below. */
    @Override
    public String toString() {
        return file + ", line " + line + ": " + reason + "\n    " + text;
    }

    /** Looks for words in the files: as they stand there, or else with any value in place of a placeholder. */
    private record Search(List<Path> files) {

        Optional<RouteMistake> first(String words, String reason) {
            boolean another = reason.startsWith("there is another route");
            Pattern whole = whole(words);
            List<Predicate<String>> readings =
                    List.of(line -> whole.matcher(line).find(), line -> hasWithPlaceholders(line, words));
            for (Predicate<String> reading : readings) {
                for (Path file : files) {
                    List<String> lines = RouteFolder.lines(file);
                    for (int i = 0; i < lines.size(); i++) {
                        if (reading.test(lines.get(i)) && !(another && isItsOwn(words, file))) {
                            return Optional.of(new RouteMistake(file, i + 1, textOf(lines, i + 1), reason));
                        }
                    }
                }
            }
            return Optional.empty();
        }

        /** Not as a part of a longer word. */
        private static Pattern whole(String words) {
            return Pattern.compile((words.matches("\\w.*") ? "(?<![\\w-])" : "")
                    + Pattern.quote(words)
                    + (words.matches(".*\\w") ? "(?![\\w-])" : ""));
        }

        /** {@code file:config/{{dialect}}/x.sql} has {@code config/h2/x.sql}. */
        private static boolean hasWithPlaceholders(String line, String words) {
            return line.contains("{{") && BLANKS.splitAsStream(line).anyMatch(token -> hasSuffixLike(token, words));
        }

        private static boolean hasSuffixLike(String token, String words) {
            for (int from = 0; from >= 0; from = token.indexOf(':', from) + 1) {
                String suffix = token.substring(from);
                if (LITERAL.matcher(PLACEHOLDER.matcher(suffix).replaceAll("")).find()
                        && Pattern.matches(
                                "\\Q" + PLACEHOLDER.matcher(suffix).replaceAll("\\\\E[^/:]+\\\\Q") + "\\E", words)) {
                    return true;
                }
                if (token.indexOf(':', from) < 0) {
                    return false;
                }
            }
            return false;
        }

        /** Of two routes with one id, the wrong one is that whose file has another name. */
        private static boolean isItsOwn(String words, Path file) {
            return words.startsWith("id: ")
                    && file.getFileName().toString().startsWith(words.substring("id: ".length()) + ".camel");
        }
    }
}
