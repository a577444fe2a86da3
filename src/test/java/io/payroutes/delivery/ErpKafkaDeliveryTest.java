package io.payroutes.delivery;

import static io.payroutes.delivery.Outbound.to;
import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.FreePort;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Time;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErpKafkaDeliveryTest {

    @TempDir
    private Path directory = Path.of("");

    @Test
    void aMessageArrivesUnderTheKeyOfItsPayment() throws Exception {
        int port = FreePort.next();
        KafkaRaftServer broker = broker(port, FreePort.next());
        broker.startup();
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .with("erp.transport", "kafka")
                        .with("erp.kafka.brokers", "127.0.0.1:" + port)
                        .start()) {
            String payload = "{\"name\":\"Jenny Rosén 日本 🎉\"}";
            payroutes
                    .bean("deliveries", Deliveries.class)
                    .enqueue(to(Destination.ERP, "d-1", "pi_1", 1, Instant.EPOCH, payload));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> "delivered"
                            .equals(database.jdbc()
                                    .queryForObject(
                                            "SELECT state FROM delivery WHERE delivery_id = 'd-1'", String.class)));

            List<ConsumerRecord<String, String>> records = read(port);
            assertThat(records).hasSize(1);
            assertThat(records.get(0).key()).isEqualTo("pi_1");
            assertThat(records.get(0).value()).isEqualTo(payload);
            assertThat(records.get(0).headers().lastHeader("delivery-id").value())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("d-1");
        } finally {
            broker.shutdown();
            broker.awaitShutdown();
        }
    }

    private static List<ConsumerRecord<String, String>> read(int port) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", "127.0.0.1:" + port, "group.id", "erp", "auto.offset.reset", "earliest");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("fulfillment"));
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                consumer.poll(Duration.ofMillis(500)).forEach(records::add);
                return !records.isEmpty();
            });
            return records;
        }
    }

    private KafkaRaftServer broker(int port, int controllerPort) throws Exception {
        Properties settings = new Properties();
        settings.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
                Map.entry("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
                Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", directory.resolve("log").toString()),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0")));
        Path file = directory.resolve("server.properties");
        try (var out = Files.newOutputStream(file)) {
            settings.store(out, null);
        }
        StorageTool.execute(
                new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()},
                new PrintStream(System.out, true, StandardCharsets.UTF_8));
        return new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
    }
}
