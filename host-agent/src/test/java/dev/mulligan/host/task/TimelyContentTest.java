package dev.mulligan.host.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.RelativePath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
        assertThat(content.open(path)).hasContent("text");
        now.set(Instant.EPOCH.plus(Duration.ofMinutes(30)).plusMillis(1));
        assertThatThrownBy(() -> content.open(path))
                .isInstanceOf(HostException.class)
                .returns(HostErrorCode.CHANGES_LIMIT, failure -> ((HostException) failure).code())
                .hasMessageContaining("30 minutes");
    }
}
