package dev.mulligan.host.scope;

import dev.mulligan.proto.rule.v1.Change;
import java.util.Locale;

/**
 * What a decision about one change needs to know; see {@code mulligan.rule.v1.Change}.
 *
 * @param path on the host, absolute: {@link Folder#path} and what follows; what is no text stands as {@code \xNN}
 * @param from the old path of what is renamed; otherwise empty
 * @param size afterwards, in bytes
 * @param mode permissions afterwards, the low 9 bits of st_mode
 */
public record ChangeFacts(Kind kind, String path, String from, Type type, long size, int mode) {
    /** What a change does. */
    public enum Kind {
        CREATE,
        MODIFY,
        DELETE,
        RENAME;

        /** As rules write it: {@code create}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is changed. */
    public enum Type {
        FILE,
        DIRECTORY,
        LINK;

        /** As rules write it: {@code file}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Change message() {
        return Change.newBuilder()
                .setKind(kind.label())
                .setPath(path)
                .setFrom(from)
                .setType(type.label())
                .setSize(size)
                .setMode(mode)
                .build();
    }
}
