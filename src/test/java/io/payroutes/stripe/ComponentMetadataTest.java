package io.payroutes.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** What tools read about the component is what the component has, and what camel-stripe has. */
class ComponentMetadataTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void whatIsCompiledIsWhatTheAnnotationsSay() throws Exception {
        assertThat(files(Path.of("src/generated")))
                .as("renew it with: mvn process-classes -Dcomponent.metadata=src/generated")
                .isEqualTo(files(Path.of("target/component-metadata")));
    }

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.put(folder.relativize(file).toString(), read(file)));
        }
        return files;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void camelFindsIt() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            JsonNode ours = JSON.readTree(camel.getComponentParameterJsonSchema("stripe"));

            assertThat(ours.at("/component/javaType").asText()).isEqualTo(StripeComponent.class.getName());
        }
    }

    @Test
    void anEndpointHasTheOptionsOfCamelStripeAndNoOther() throws Exception {
        JsonNode ours = JSON.readTree(getClass().getResourceAsStream("/META-INF/io/payroutes/stripe/stripe.json"));
        JsonNode upstream = JSON.readTree(new DefaultCamelCatalog().componentJSonSchema("stripe"));

        assertThat(upstream.at("/component/javaType").asText()).contains("org.apache.camel.component.stripe");
        assertThat(names(ours.path("properties"))).isEqualTo(names(upstream.path("properties")));
        for (String option : names(upstream.path("properties"))) {
            for (String fact : List.of("kind", "type", "secret", "required", "defaultValue", "group")) {
                assertThat(ours.at("/properties/" + option).path(fact))
                        .as(option + "." + fact)
                        .isEqualTo(upstream.at("/properties/" + option).path(fact));
            }
        }
        assertThat(names(ours.path("componentProperties"))).containsAll(names(upstream.path("componentProperties")));
        assertThat(names(ours.path("headers"))).containsAll(names(upstream.path("headers")));
        for (String fact : List.of("syntax", "scheme", "producerOnly", "lenientProperties", "remote", "async")) {
            assertThat(ours.path("component").path(fact))
                    .as(fact)
                    .isEqualTo(upstream.path("component").path(fact));
        }
        List<String> operations = new ArrayList<>();
        ours.at("/properties/operation/enum").forEach(name -> operations.add(name.asText()));
        upstream.at("/properties/operation/enum")
                .forEach(name -> assertThat(operations).contains(name.asText()));
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        names.sort(null);
        return names;
    }
}
