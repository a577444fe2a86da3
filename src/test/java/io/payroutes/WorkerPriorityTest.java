package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerPriorityTest {
    private final BlockingQueue<Integer> priorities = new LinkedBlockingQueue<>();

    @Test
    void workersHaveTheLowestPriority() throws Exception {
        try (DefaultCamelContext camel = started("seda:work")) {
            camel.createProducerTemplate().sendBody("seda:work", "");

            assertThat(priorities.poll(10, TimeUnit.SECONDS)).isEqualTo(Thread.MIN_PRIORITY);
        }
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck")
    void allOthersHaveTheNormalOneWhoeverStartsThem() throws Exception {
        Thread test = Thread.currentThread();
        int own = test.getPriority();
        test.setPriority(Thread.MIN_PRIORITY); // which a new thread has, too, unless it is told otherwise
        try (DefaultCamelContext camel = started("scheduler:other?delay=1000")) {
            assertThat(camel.isStarted()).isTrue();
            assertThat(priorities.poll(10, TimeUnit.SECONDS)).isEqualTo(Thread.NORM_PRIORITY);
        } finally {
            test.setPriority(own);
        }
    }

    /** Of the operating system's threads, since the JVM may take no notice of priorities. */
    @Test
    void startedAsTheReadmeSaysTheProgramHasItsWorkersGiveWay(@TempDir Path data) throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/task")), "threads are looked at where Linux shows them");
        assumeTrue(
                niceness(ProcessHandle.current().pid(), "java").stream().allMatch(nice -> nice == 0),
                "who builds has given way already");
        Map<String, String> settings = Map.of(
                "stripe.webhook-secret",
                "whsec_test",
                "database.url",
                "jdbc:h2:file:" + data.resolve("payroutes").toAbsolutePath(),
                "inbox.workers",
                "5",
                "erp.url",
                "http://localhost:1/",
                "erp.workers",
                "6");
        try (KilledProgram program = KilledProgram.start(settings)) {
            // Claims of events and of deliveries, and the payments whose books are checked, besides.
            await().untilAsserted(() -> assertThat(niceness(program.pid(), "Camel"))
                    .filteredOn(nice -> nice > 0)
                    .hasSizeGreaterThanOrEqualTo(5 + 6 + 3)
                    .allMatch(nice -> nice == 10));
            // Those of the compiler are among them, and would go first if root started the program.
            assertThat(niceness(program.pid(), "")).allMatch(nice -> nice == 10 || nice == 0);
            assertThat(niceness(program.pid(), "inbox-writer")).hasSize(2).containsOnly(0);
            assertThat(niceness(program.pid(), "vert.x-eventloop")).isNotEmpty().containsOnly(0);
        }
    }

    /** Linux knows fifteen characters of a name. */
    private static List<Integer> niceness(long process, String name) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process + "/task"))) {
            return threads.map(thread -> read(thread.resolve("stat")))
                    .filter(stat -> stat.contains("(" + name.substring(0, Math.min(name.length(), 15))))
                    .map(stat -> Integer.valueOf(
                            stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return ""; // the thread has ended meanwhile
        }
    }

    private DefaultCamelContext started(String uri) throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.getExecutorServiceManager().addThreadFactoryListener(new WorkerPriority());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).process(any -> priorities.add(Thread.currentThread().getPriority()));
            }
        });
        camel.start();
        return camel;
    }
}
