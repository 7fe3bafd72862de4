package dev.mulligan.host.workspace.change;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.UpperEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a guest tells of an upper layer, collected; {@code CHANGES_LIMIT} as soon as it is more than a change set may hold. */
public final class BoundedEntries implements Consumer<UpperEntry> {
    private final ChangeLimits limits;
    private final List<UpperEntry> entries = new ArrayList<>();
    private long bytes;
    private long names;

    public BoundedEntries(ChangeLimits limits) {
        this.limits = limits;
    }

    @Override
    public void accept(UpperEntry entry) {
        if (entries.size() == limits.entries()) {
            throw tooMuch("more than " + limits.entries() + " entries");
        }
        names += entry.path().bytes().size();
        if (names > limits.names()) {
            throw tooMuch("more than " + limits.names() + " bytes of paths");
        }
        if (entry instanceof UpperEntry.File file) {
            if (file.size() > limits.bytes() - bytes) {
                throw tooMuch("more than " + limits.bytes() + " bytes, with " + file.path());
            }
            bytes += file.size();
        }
        entries.add(entry);
    }

    /** In the order in which they came. */
    public List<UpperEntry> entries() {
        return List.copyOf(entries);
    }

    private static HostException tooMuch(String value) {
        return HostException.of(HostErrorCode.CHANGES_LIMIT, "changes that nobody can look through")
                .value(value)
                .expected("less")
                .remedy("have the task write elsewhere what is not a result, and run it again")
                .build();
    }
}
