package dev.mulligan.host.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.RelativePath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A guest that takes its time does not keep its task for ever. */
final class TimelyContentTest {
    @Test
    void nothingMoreIsOpenedWhenTheTimeIsOver() throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        RelativePath path = RelativePath.of("a");
        TimelyContent content = new TimelyContent(new FakeTask().write("a", "text"), now::get, Duration.ofMinutes(30));
        now.set(Instant.EPOCH.plus(Duration.ofMinutes(30)));
        content.read(List.of(path), (_, bytes) -> assertThat(bytes).hasContent("text"));
        now.set(Instant.EPOCH.plus(Duration.ofMinutes(30)).plusMillis(1));
        assertThatThrownBy(() -> content.read(List.of(path), (_, _) -> fail("taken too late")))
                .isInstanceOf(HostException.class)
                .returns(HostErrorCode.CHANGES_LIMIT, failure -> ((HostException) failure).code())
                .hasMessageContaining("30 minutes");
    }

    @Test
    void aFileThatIsHandedOverTooSlowlyIsCutOffInItsMiddle() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        TimelyContent content = new TimelyContent(new FakeTask().write("a", "text"), now::get, Duration.ofMinutes(30));
        assertThatThrownBy(() -> content.read(List.of(RelativePath.of("a")), (_, bytes) -> {
                    assertThat(bytes.read()).isEqualTo('t');
                    now.set(Instant.EPOCH.plus(Duration.ofMinutes(31)));
                    int late = bytes.read();
                    fail("read " + late + " too late");
                }))
                .isInstanceOf(HostException.class)
                .returns(HostErrorCode.CHANGES_LIMIT, failure -> ((HostException) failure).code());
    }
}
