package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.FileStatus;
import java.io.IOException;
import java.util.List;

/** Makes the directories above a restored path that are gone meanwhile, with the owner and mode that they had. */
final class MissingParents {
    private MissingParents() {}

    static void create(Directory live, Directory old, BytePath path) throws IOException {
        BytePath reached = new BytePath(List.of());
        for (ByteString component : path.components()) {
            reached = reached.child(component.toByteArray());
            byte[] bytes = reached.toBytes();
            if (live.find(bytes).isEmpty()) {
                live.makeDirectory(bytes, 0700);
                try (Directory was = old.openInRoot(bytes)) {
                    FileStatus status = was.status(new byte[] {'.'});
                    live.changeOwner(bytes, status.uid(), status.gid());
                    live.changeMode(bytes, status.permissions());
                }
            }
        }
    }
}
