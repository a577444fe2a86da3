package io.payroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteFilesTest {
    @Test
    void all() {
        RouteProject p = new RouteProject(Path.of(""));
        assertThat(Stream.of(
                                new SchemaCheck(),
                                new EndpointCheck(),
                                new SimpleCheck(),
                                new NamingCheck(),
                                new ConnectionCheck(),
                                new SettingsCheck(),
                                new BeanCheck(n -> n))
                        .flatMap(c -> c.problems(p).stream())
                        .filter(x -> !x.reason().contains("has no method"))
                        .map(x -> "\n" + x)
                        .toList())
                .isEmpty();
    }
}
