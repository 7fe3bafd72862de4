package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    @Test
    void sortsKeysByUtf16CodeUnitsAsTheRfcDoes() {
        // RFC 8785, 3.2.3: the emoji's surrogate (d83d) sorts before the Hebrew presentation form (fb33).
        Map<String, String> object = Map.of(
                "\u20ac",
                "Euro Sign",
                "\r",
                "Carriage Return",
                "\ufb33",
                "Hebrew Letter Dalet With Dagesh",
                "1",
                "One",
                "\ud83d\ude00",
                "Emoji: Grinning Face",
                "\u0080",
                "Control",
                "\u00f6",
                "Latin Small Letter O With Diaeresis");
        assertThat(CanonicalJson.write(object))
                .isEqualTo("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                        + "\"\ud83d\ude00\":\"Emoji: Grinning Face\","
                        + "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    @Test
    void escapesOnlyWhatMustBe() {
        assertThat(CanonicalJson.write(Map.of("s", "\u20ac$\u000f\nA'B\"\\\\\"/\u007f")))
                .isEqualTo("{\"s\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u007f\"}");
        assertThat(CanonicalJson.write(Map.of("s", "\b\f\t\u0000\u001f")))
                .isEqualTo("{\"s\":\"\\b\\f\\t\\u0000\\u001f\"}");
    }

    @Test
    void writesObjectsAndWholeNumbers() {
        assertThat(CanonicalJson.write(Map.of("b", Map.of("y", 2L, "x", -1L), "a", Map.of())))
                .isEqualTo("{\"a\":{},\"b\":{\"x\":-1,\"y\":2}}");
    }

    @Test
    void refusesNumbersThatOthersWouldRound() {
        assertThatThrownBy(() -> CanonicalJson.write(Map.of("n", (1L << 53) + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
