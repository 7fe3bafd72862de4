package dev.mulligan.host.workspace;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Content that is opened file by file. */
public record OneByOne(Opening opening) implements UpperContent {
    /** Opens the content of one file. */
    public interface Opening {
        InputStream open(RelativePath path) throws IOException;
    }

    @Override
    public void read(List<RelativePath> paths, Receiver receiver) throws IOException {
        for (RelativePath path : paths) {
            try (InputStream content = opening.open(path)) {
                receiver.take(path, content);
            }
        }
    }
}
