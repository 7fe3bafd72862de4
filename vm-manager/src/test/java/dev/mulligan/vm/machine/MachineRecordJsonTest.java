package dev.mulligan.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Specs;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmSpec;
import org.junit.jupiter.api.Test;

/** What is on disk is read back, and so is what an earlier version wrote. */
final class MachineRecordJsonTest {
    private static final VmSpec SPEC =
            Specs.any(new VmId("one"), DataSize.ofMebibytes(768)).withBurst(DataSize.ofMebibytes(256));

    @Test
    void burstMemoryIsPartOfTheRecord() {
        MachineRecord record = MachineRecord.of(SPEC);
        assertThat(MachineRecordJson.read(MachineRecordJson.write(record))).isEqualTo(record);
        assertThat(SPEC.base()).isEqualTo(DataSize.ofMebibytes(512));
        assertThat(SPEC.named(new VmId("two"), SPEC.metadata()).burst()).isEqualTo(SPEC.burst());
    }

    @Test
    void aRecordFromBeforeThereWasAnyHasNone() {
        String text = MachineRecordJson.write(MachineRecord.of(SPEC.withBurst(DataSize.ZERO)));
        assertThat(text).doesNotContain("burst");
        assertThat(MachineRecordJson.read(text).spec().burst()).isEqualTo(DataSize.ZERO);
    }

    @Test
    void burstMemoryIsOfWholeBlocksAndNotAll() {
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(() -> SPEC.withBurst(DataSize.ofMebibytes(100)))
                .withMessageContaining("whole 128Mi");
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(() -> SPEC.withBurst(DataSize.ofMebibytes(768)))
                .withMessageContaining("at least 64Mi of 768Mi");
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(() -> SPEC.withBurst(DataSize.ofMebibytes(384)))
                .withMessageContaining("not half of the memory");
    }
}
