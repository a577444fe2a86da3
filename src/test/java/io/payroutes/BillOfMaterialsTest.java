package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a scanner is told the program consists of is what it consists of. */
class BillOfMaterialsTest {

    @Test
    void namesEachLibraryBesideTheJarAndNoOther() throws IOException {
        JsonNode bill = new ObjectMapper().readTree(Files.readString(Path.of("target/payroutes-sbom.json")));
        Set<String> named = new TreeSet<>();
        for (JsonNode component : bill.path("components")) {
            String classifier = component
                    .path("purl")
                    .asText()
                    .replaceFirst("^[^?]*\\??", "")
                    .replaceFirst("^(?:classifier=([^&]*)&)?.*$", "$1");
            named.add(component.path("name").asText() + "-"
                    + component.path("version").asText() + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar");
        }
        Set<String> there = new TreeSet<>();
        try (DirectoryStream<Path> libraries = Files.newDirectoryStream(Path.of("target/lib"), "*.jar")) {
            libraries.forEach(library -> there.add(library.getFileName().toString()));
        }
        assertThat(named).isEqualTo(there);
    }
}
