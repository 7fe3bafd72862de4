package dev.mulligan.host.workspace.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperEntry;
import org.junit.jupiter.api.Test;

/** A guest that never stops telling. */
final class BoundedEntriesTest {
    private static UpperEntry removed(String path) {
        return new UpperEntry.Removed(RelativePath.of(path));
    }

    private static void assertLimit(BoundedEntries entries, UpperEntry last) {
        assertThatThrownBy(() -> entries.accept(last))
                .isInstanceOf(HostException.class)
                .returns(HostErrorCode.CHANGES_LIMIT, failure -> ((HostException) failure).code());
    }

    @Test
    void whatIsTooMuchEndsItWhileItComes() {
        BoundedEntries few = new BoundedEntries(new ChangeLimits(2, 100, 100));
        few.accept(removed("a"));
        few.accept(removed("b"));
        assertLimit(few, removed("c"));
        assertThat(few.entries()).hasSize(2);

        BoundedEntries longNames = new BoundedEntries(new ChangeLimits(100, 100, 10));
        longNames.accept(removed("12345"));
        longNames.accept(removed("67890"));
        assertLimit(longNames, removed("1"));
    }
}
