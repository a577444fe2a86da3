package io.payroutes.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Writes down which steps of the routes are executed, as {@code file:line}, for {@link RouteCoverageCheck} to read when
 * all tests are over.
 */
public final class RouteCoverage implements InterceptStrategy {
    private static final Path FOLDER = Path.of("target", "route-coverage");
    private static final Path FILE = FOLDER.resolve(ProcessHandle.current().pid() + ".txt");
    private static final Set<String> EXECUTED = ConcurrentHashMap.newKeySet();

    /** All steps that were executed since the folder was emptied. */
    static Set<String> executed() throws IOException {
        Set<String> steps = new TreeSet<>();
        if (Files.isDirectory(FOLDER)) {
            try (Stream<Path> files = Files.list(FOLDER)) {
                for (Path file : files.toList()) {
                    steps.addAll(Files.readAllLines(file));
                }
            }
        }
        return steps;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext camel, NamedNode step, Processor target, Processor nextTarget) {
        String location = step.getLocation();
        return location == null || !location.startsWith("file:routes/")
                ? target
                : new Recording(target, location.substring("file:".length()) + ":" + step.getLineNumber());
    }

    private static synchronized void append(String step) {
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(
                    FILE, step + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Recording extends DelegateAsyncProcessor {
        private final String step;
        private volatile boolean recorded;

        Recording(Processor target, String step) {
            super(target);
            this.step = step;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            if (!recorded) {
                recorded = true;
                if (EXECUTED.add(step)) {
                    append(step);
                }
            }
            return super.process(exchange, callback);
        }
    }
}
