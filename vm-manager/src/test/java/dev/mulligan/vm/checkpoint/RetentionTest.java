package dev.mulligan.vm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RetentionTest {

    private static Checkpoint checkpoint(int number, CheckpointKind kind, long mebibytes) {
        return new Checkpoint(
                new CheckpointId("c" + number),
                Optional.empty(),
                kind,
                "",
                Instant.EPOCH.plusSeconds(number),
                Duration.ZERO,
                DataSize.ofMebibytes(mebibytes));
    }

    @Test
    void theOldestDiskCheckpointsGoFirstAndFullOnesAreNotCounted() {
        List<Checkpoint> all = List.of(
                checkpoint(1, CheckpointKind.FULL, 1),
                checkpoint(2, CheckpointKind.DISK, 1),
                checkpoint(3, CheckpointKind.DISK, 1),
                checkpoint(4, CheckpointKind.DISK, 1));
        assertThat(new Retention(2, DataSize.ofGibibytes(1)).surplus(all, Set.of()))
                .containsExactly(new CheckpointId("c2"));
        assertThat(new Retention(2, DataSize.ofGibibytes(1)).surplus(all, Set.of(new CheckpointId("c2"))))
                .containsExactly(new CheckpointId("c3"));
    }

    @Test
    void tooManyBytesTakeTheOldestOfEitherKind() {
        List<Checkpoint> all = List.of(
                checkpoint(1, CheckpointKind.FULL, 200),
                checkpoint(2, CheckpointKind.DISK, 10),
                checkpoint(3, CheckpointKind.FULL, 200));
        assertThat(new Retention(9, DataSize.ofMebibytes(250)).surplus(all, Set.of()))
                .containsExactly(new CheckpointId("c1"));
    }

    @Test
    void keepingNoneIsRefused() {
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(() -> new Retention(0, DataSize.ZERO))
                .withMessageContaining("0 (expected: >= 1)");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whatStaysIsWithinBoundsOrNeeded(long seed) {
        var random = new Random(seed);
        var all = new ArrayList<Checkpoint>();
        var needed = new HashSet<CheckpointId>();
        for (int number = 0; number < 1 + random.nextInt(40); number++) {
            CheckpointKind kind = random.nextInt(4) == 0 ? CheckpointKind.FULL : CheckpointKind.DISK;
            Checkpoint checkpoint = checkpoint(number, kind, random.nextInt(300));
            all.add(checkpoint);
            if (random.nextInt(5) == 0) {
                needed.add(checkpoint.id());
            }
        }
        var retention = new Retention(1 + random.nextInt(10), DataSize.ofMebibytes(random.nextInt(3000)));

        List<CheckpointId> surplus = retention.surplus(all, needed);

        assertThat(surplus).doesNotContain(all.getLast().id()).noneMatch(needed::contains);
        List<Checkpoint> stay = all.stream()
                .filter(checkpoint -> !surplus.contains(checkpoint.id()))
                .toList();
        List<Checkpoint> optional = stay.stream()
                .filter(checkpoint -> !needed.contains(checkpoint.id()))
                .filter(checkpoint -> !checkpoint.equals(all.getLast()))
                .toList();
        long bytes =
                stay.stream().mapToLong(checkpoint -> checkpoint.size().bytes()).sum();
        assertThat(bytes <= retention.total().bytes() || optional.isEmpty()).isTrue();
        long disks = stay.stream()
                .filter(checkpoint -> checkpoint.kind() == CheckpointKind.DISK)
                .count();
        assertThat(disks <= retention.diskCheckpoints()
                        || optional.stream().noneMatch(checkpoint -> checkpoint.kind() == CheckpointKind.DISK))
                .isTrue();
        assertThat(retention.surplus(stay, needed)).as("asked again").isEmpty();
    }
}
