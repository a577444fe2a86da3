package io.payroutes.demo;

import io.payroutes.demo.stripe.StandInSettings;
import io.payroutes.demo.stripe.StripeStandIn;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;

/** The beans that the routes under {@code routes/demo} call. */
public final class DemoPartners implements CamelConfiguration {

    @Override
    public void configure(CamelContext camel) throws Exception {
        String port = setting(camel, "http.port");
        Clock clock = Clock.systemUTC();
        DemoErp erp = new DemoErp();
        DemoMailbox mailbox = new DemoMailbox(
                camel, Integer.parseInt(setting(camel, "mail.port")), Path.of(setting(camel, "demo.mails")));
        DemoSamples samples = new DemoSamples(clock);
        StripeStandIn stripe = StripeStandIn.start(new StandInSettings()
                .port(Integer.parseInt(setting(camel, "demo.stripe.port")))
                .secretKeys(setting(camel, "stripe.api-key"))
                .publishableKey(setting(camel, "stripe.publishable-key"))
                .webhook(
                        URI.create("http://localhost:" + port + "/webhook"),
                        firstSecret(setting(camel, "stripe.webhook-secret"))));
        DemoSender sender = new DemoSender(
                "http://localhost:" + port + "/webhook",
                firstSecret(setting(camel, "stripe.webhook-secret")),
                clock,
                stripe);
        camel.addService(new ServiceSupport() {
            @Override
            protected void doStop() {
                stripe.close();
            }
        });
        camel.addService(mailbox, true, true);
        camel.getRegistry().bind("demoErp", erp);
        camel.getRegistry().bind("demoMailbox", mailbox);
        camel.getRegistry().bind("demoSender", sender);
        camel.getRegistry().bind("demoSamples", samples);
        camel.getRegistry()
                .bind(
                        "demoStory",
                        new DemoStory(
                                camel,
                                samples,
                                sender,
                                mailbox,
                                erp,
                                new DemoShop(port, setting(camel, "api.keys")),
                                port));
    }

    private static String setting(CamelContext camel, String name) {
        return camel.resolvePropertyPlaceholders("{{" + name + "}}");
    }

    private static String firstSecret(String secrets) {
        return secrets.split(",", 2)[0].strip();
    }
}
