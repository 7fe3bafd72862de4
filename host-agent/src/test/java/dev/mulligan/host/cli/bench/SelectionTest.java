package dev.mulligan.host.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.bench.Row.When;
import dev.mulligan.host.cli.bench.Selection.Chosen;
import dev.mulligan.host.cli.bench.measure.Contest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SelectionTest {
    private static final List<Row> ROWS = List.of(
            row("exec-true", When.ALWAYS),
            row("exec-python", When.ALWAYS),
            row("disk", When.WITH_POOL),
            row("disk-deep", When.ALWAYS),
            row("cold", When.ON_REQUEST));

    @Test
    void withoutWordsAllButThoseOnRequest() {
        assertThat(ids()).containsExactly("exec-true", "exec-python", "disk", "disk-deep");
        assertThat(Selection.of(List.of(), ROWS).chosen()).noneMatch(Chosen::named);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ':', textBlock = """
            exec-python            : exec-python
            exec                   : exec-true exec-python
            disk                   : disk
            disk-                  : disk-deep
            cold, exec-t           : exec-true cold
            exec-python, exec, dis : exec-true exec-python disk disk-deep
            """)
    void anIdIsThatRowAndItsBeginningAllThatBeginSo(String words, String expected) {
        List<String> list = List.of(words.split(",", -1));

        assertThat(ids(list.toArray(String[]::new))).containsExactly(expected.split(" ", -1));
        assertThat(Selection.of(list, ROWS).chosen()).allMatch(Chosen::named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec-truer", "python", ""})
    void whatNothingBeginsWithIsAnErrorWithTheList(String word) {
        assertThatThrownBy(() -> ids(word))
                .isInstanceOfSatisfying(
                        HostException.class,
                        error -> assertThat(error.code()).isEqualTo(HostErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("exec-true, exec-python, disk, disk-deep, cold")
                .hasMessageContaining("correct --only");
    }

    @Test
    void theIdsOfTheReportsStayWhatTheyAre() {
        assertThat(Rows.all())
                .extracting(Row::id)
                .doesNotHaveDuplicates()
                .contains(
                        "fresh-true-pool",
                        "fresh-python-pool",
                        "fresh-true-template",
                        "cold-start",
                        "exec-true",
                        "exec-python",
                        "session-python",
                        "burst-16-pool",
                        "burst-16-template",
                        "checkpoint-disk",
                        "checkpoint-disk-after-300",
                        "read-depth-1",
                        "read-depth-50",
                        "read-depth-300",
                        "checkpoint-full",
                        "rollback-machine",
                        "rollback-path",
                        "copy-in",
                        "copy-out",
                        "fork-n",
                        "density",
                        "cli-version",
                        "cli-status",
                        "audit-append");
    }

    private static List<String> ids(String... words) {
        return Selection.of(List.of(words), ROWS).chosen().stream()
                .map(chosen -> chosen.row().id())
                .toList();
    }

    private static Row row(String id, When when) {
        return new Row(id, "called to answer", when, bench -> new Contest(1, () -> {}, List.of()));
    }
}
