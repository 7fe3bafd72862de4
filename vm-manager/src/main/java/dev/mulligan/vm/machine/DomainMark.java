package dev.mulligan.vm.machine;

import dev.mulligan.vm.VmId;
import java.nio.file.Path;

/**
 * The mark that we put on every domain.
 *
 * @param key its names
 * @param machines the directory whose manager owns it
 */
public record DomainMark(DomainKey key, Path machines) {
    public VmId id() {
        return key.id();
    }
}
