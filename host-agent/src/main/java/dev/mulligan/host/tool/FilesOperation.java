package dev.mulligan.host.tool;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestPath;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a files call does. */
public sealed interface FilesOperation {
    /** The content becomes the call's output. */
    record Read(GuestPath path) implements FilesOperation {}

    /** Replaces or creates a file, missing directories too; at most 1 MiB. The array is copied. */
    @SuppressWarnings("ArrayRecordComponent") // Copied in and out, and compared by content.
    record Write(GuestPath path, byte[] content) implements FilesOperation {
        /** In bytes. */
        public static final int LARGEST = 1 << 20;

        public Write {
            if (content.length > LARGEST) {
                throw HostException.of(HostErrorCode.BAD_TASK, "content of a files call in bytes")
                        .value(content.length)
                        .expected("at most " + LARGEST)
                        .remedy("copy large files into the sandbox before the task")
                        .build();
            }
            content = content.clone();
        }

        @Override
        public byte[] content() {
            return content.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Write write && write.path.equals(path) && Arrays.equals(write.content, content);
        }

        @Override
        public int hashCode() {
            return 31 * path.hashCode() + Arrays.hashCode(content);
        }

        @Override
        public String toString() {
            return "Write[path=" + path + ", content=" + content.length + " bytes]";
        }
    }

    /** The listing becomes the call's output: JSON lines. */
    record ListDirectory(GuestPath path) implements FilesOperation {}

    /** Replaces the target if there is one. */
    record Move(GuestPath source, GuestPath target) implements FilesOperation {}

    record Remove(GuestPath path, boolean recursive) implements FilesOperation {}

    /** With its missing parents; one that exists is fine. */
    record MakeDirectory(GuestPath path) implements FilesOperation {}
}
