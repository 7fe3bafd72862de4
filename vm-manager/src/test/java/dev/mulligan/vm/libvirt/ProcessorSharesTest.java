package dev.mulligan.vm.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.vm.Priority;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProcessorSharesTest {
    private static OptionalLong wanted(long now, Priority priority) {
        return ProcessorShares.wanted(OptionalLong.of(now), priority);
    }

    @ParameterizedTest
    @CsvSource({"1024, 128", "100, 12"})
    void inBothMeasuresThereIsAWayDownAndTheSameWayUp(long normal, long background) {
        assertThat(wanted(normal, Priority.BACKGROUND)).hasValue(background);
        assertThat(wanted(background, Priority.NORMAL)).hasValue(normal);
        assertThat(wanted(normal, Priority.NORMAL)).isEmpty();
        assertThat(wanted(background, Priority.BACKGROUND)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"BACKGROUND", "NORMAL"})
    void whatAnAdministratorGaveIsLeftAlone(Priority priority) {
        assertThat(wanted(2048, priority)).isEmpty();
        assertThat(wanted(512, priority)).isEmpty();
        assertThat(ProcessorShares.wanted(OptionalLong.empty(), priority)).isEmpty();
    }

    @Test
    void whatIsWrittenCanBeRead() {
        try (ProcessorShares shares = ProcessorShares.of(64);
                ProcessorShares unknown = ProcessorShares.unknown()) {
            assertThat(shares.read(1)).hasValue(64);
            assertThat(unknown.read(ProcessorShares.MOST)).isEmpty();
        }
    }
}
