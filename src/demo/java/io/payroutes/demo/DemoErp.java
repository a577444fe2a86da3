package io.payroutes.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Body;
import org.apache.camel.Header;

/** A stand-in for the back office: it does once what it is told, and knows what it was told before. */
public final class DemoErp {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final List<String> ledger = new CopyOnWriteArrayList<>();

    /** @return what the back office does, or that it has done so already */
    public String receive(@Header("Idempotency-Key") String key, @Body byte[] body) throws IOException {
        JsonNode message = JSON.readTree(body);
        JsonNode data = message.path("data");
        String what = message.path("type").asText().replace("io.payroutes.", "").replace(".v1", "");
        String line = "%s order %s, %s %s (%s)"
                .formatted(
                        what,
                        data.path("order").asText(),
                        data.path("amount_decimal").asText(),
                        data.path("currency").asText().toUpperCase(java.util.Locale.ROOT),
                        message.path("id").asText());
        if (!known.add(key)) {
            return "knows already: " + line;
        }
        ledger.add(line);
        return line;
    }

    List<String> received() {
        return List.copyOf(ledger);
    }
}
