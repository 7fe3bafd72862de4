package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.RelativePath;
import java.io.IOException;

/** Somebody changed a path while an apply was at it. */
final class EditedException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient RelativePath path;

    EditedException(RelativePath path) {
        super("changed at this very moment: " + path);
        this.path = path;
    }

    RelativePath path() {
        return path;
    }
}
