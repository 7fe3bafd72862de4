package dev.mulligan.image.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The files of a container that does not run. */
public final class DockerFiles {

    private static final int LARGEST_FILE = 1 << 20;

    private final DockerClient client;
    private final String container;

    DockerFiles(DockerClient client, String container) {
        this.client = client;
        this.container = container;
    }

    /** A small file's content; empty if there is no such regular file. A link is not followed. */
    public Optional<byte[]> read(String path) throws IOException {
        try (InputStream input =
                        client.copyArchiveFromContainerCmd(container, path).exec();
                TarArchiveInputStream tar = new TarArchiveInputStream(input)) {
            TarArchiveEntry entry = tar.getNextEntry();
            return entry == null || !entry.isFile() || entry.isSymbolicLink() || entry.getSize() > LARGEST_FILE
                    ? Optional.empty()
                    : Optional.of(tar.readNBytes(LARGEST_FILE));
        } catch (NotFoundException e) {
            return Optional.empty();
        } catch (DockerException e) {
            throw DockerEngine.refused("reading " + path, e);
        }
    }

    /** Writes all files as a tar. Ends early when the thread is interrupted. */
    public void export(Path tar) throws IOException {
        try (InputStream input = client.exportContainerCmd(container).exec();
                FileChannel output = FileChannel.open(tar, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // A channel, because that is what an interrupt closes.
            input.transferTo(Channels.newOutputStream(output));
        } catch (DockerException e) {
            throw DockerEngine.refused("export", e);
        }
    }
}
