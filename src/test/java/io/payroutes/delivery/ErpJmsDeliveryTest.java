package io.payroutes.delivery;

import static io.payroutes.delivery.Outbound.to;
import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.FreePort;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.store.Row;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.time.Instant;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEachDatabase
class ErpJmsDeliveryTest {
    private final TestDatabase database;
    private String url = "";
    private EmbeddedActiveMQ broker = new EmbeddedActiveMQ();

    ErpJmsDeliveryTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void startBroker() throws Exception {
        database.clear();
        url = "tcp://127.0.0.1:" + FreePort.next();
        broker = broker();
        broker.start();
    }

    @AfterEach
    void stopBroker() throws Exception {
        broker.stop();
    }

    @Test
    void aMessageArrivesPersistentlyWithItsIdAndTheBrokerDropsARepetition() throws Exception {
        try (RunningPayroutes payroutes = start();
                ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(url);
                JMSContext context = connections.createContext()) {
            Deliveries deliveries = payroutes.bean("deliveries", Deliveries.class);
            String payload = "{\"name\":\"Jenny Rosén 日本 🎉\"}";
            deliveries.enqueue(to(Destination.ERP, "d-1", "pi_1", 1, Instant.EPOCH, payload));
            await("d-1", DeliveryState.DELIVERED);
            deliveries.retry("d-1");
            await("d-1", DeliveryState.DELIVERED);
            deliveries.enqueue(to(Destination.ERP, "d-2", "pi_1", 2, Instant.EPOCH, "{}"));
            await("d-2", DeliveryState.DELIVERED);

            JMSConsumer consumer = context.createConsumer(context.createQueue("fulfillment"));
            TextMessage first = (TextMessage) consumer.receive(10_000);
            assertThat(first.getText()).isEqualTo(payload);
            assertThat(first.getStringProperty("delivery_id")).isEqualTo("d-1");
            assertThat(first.getStringProperty("JMSXGroupID")).isEqualTo("pi_1");
            assertThat(first.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
            TextMessage second = (TextMessage) consumer.receive(10_000);
            assertThat(second.getStringProperty("delivery_id")).isEqualTo("d-2");
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }

    @Test
    void aBrokerThatIsDownCostsAnAttemptAndGetsTheMessageWhenItIsBack() throws Exception {
        broker.stop();
        try (RunningPayroutes payroutes = start()) {
            payroutes
                    .bean("deliveries", Deliveries.class)
                    .enqueue(to(Destination.ERP, "d-1", "pi_1", 1, Instant.EPOCH, "{}"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> row("d-1").text("reason") != null);
            assertThat(row("d-1").text("state")).isEqualTo("pending");
            broker = broker();
            broker.start();
            await("d-1", DeliveryState.DELIVERED);
        }
    }

    private RunningPayroutes start() {
        return RunningPayroutes.on(database)
                .with("erp.transport", "jms")
                .with("erp.jms.url", url)
                .with("delivery.retry.initial", "500ms")
                .with("delivery.retry.maximum", "1s")
                .start();
    }

    private EmbeddedActiveMQ broker() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false);
        configuration.addAcceptorConfiguration("tcp", url);
        return new EmbeddedActiveMQ().setConfiguration(configuration);
    }

    private void await(String id, DeliveryState state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> row(id).mustText("state").equals(state.wireName()));
    }

    private Row row(String id) {
        return Row.of(database.jdbc().queryForMap("SELECT * FROM delivery WHERE delivery_id = ?", id));
    }
}
