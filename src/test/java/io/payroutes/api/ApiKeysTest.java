package io.payroutes.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
    private static final ApiKeys KEYS = new ApiKeys(List.of("first", "second"));

    @Test
    void eachKeyIsKnownAndTheSchemesCaseDoesNotMatter() {
        assertThat(KEYS.isKnown("Bearer first")).isTrue();
        assertThat(KEYS.isKnown("bearer second")).isTrue();
        assertThat(KEYS.isKnown("BEARER  second ")).isTrue();
    }

    @Test
    void nothingElseIsKnown() {
        for (String header : List.of(
                "",
                "Bearer",
                "Bearer ",
                "first",
                "Basic first",
                "Bearer First",
                "Bearer firs",
                "Bearer firstt",
                "Bearer first,second",
                "Bearer first second",
                "Bearer \0first")) {
            assertThat(KEYS.isKnown(header)).as(header).isFalse();
        }
    }

    @Test
    void keysOfFewerThanTwentyCharactersCanBeGuessed() {
        assertThat(ApiKeys.guessable(List.of("0123456789abcdef012", "0123456789abcdef0123", "x")))
                .isEqualTo(2);
        assertThat(ApiKeys.guessable(List.of())).isZero();
    }

    @Test
    void withoutAKeyNobodyIsKnown() {
        ApiKeys none = new ApiKeys(List.of());
        assertThat(none.isKnown("Bearer ")).isFalse();
        assertThat(none.isKnown("Bearer x")).isFalse();
    }
}
