package dev.mulligan.host.real;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.image.Digest;
import dev.mulligan.image.Image;
import dev.mulligan.image.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

/** A directory of images that no other test sees: it starts with one that is built, whose bytes it shares. */
final class OwnImages {
    /** What only a kernel of the rebuilt image is told. */
    static final String MARK = "mulligan.rebuilt=yes";

    private static final List<String> ADDRESSED = List.of(ImageFiles.DISK, ImageFiles.INITRD, ImageFiles.KERNEL);
    /** Zeros between and behind the archives of an initial RAM file system mean nothing: Linux, buffer-format.rst. */
    private static final byte[] PADDING = new byte[512];

    private final Path directory;
    private final Image built;

    OwnImages(Path directory, Image built) throws IOException {
        this.directory = directory;
        this.built = built;
        Path target = place(built.manifest().digest());
        for (String file : ADDRESSED) {
            link(file, target);
        }
        Files.copy(built.directory().resolve(ImageFiles.MANIFEST), target.resolve(ImageFiles.MANIFEST));
    }

    /** The digest of the first one. */
    Digest first() {
        return built.manifest().digest();
    }

    /** Puts another image under the same name, as a build does, without the minute that one takes. */
    Digest rebuild() throws IOException {
        Path building = Files.createDirectory(directory.resolve(".building-again"));
        link(ImageFiles.DISK, building);
        link(ImageFiles.KERNEL, building);
        Path initrd = Files.copy(built.initrd(), building.resolve(ImageFiles.INITRD));
        Files.write(initrd, PADDING, StandardOpenOption.APPEND);
        StringBuilder sums = new StringBuilder();
        for (String file : ADDRESSED) {
            sums.append(Digest.of(building.resolve(file)).hex())
                    .append("  ")
                    .append(file)
                    .append('\n');
        }
        Digest digest = Digest.of(sums.toString());
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode manifest = (ObjectNode)
                mapper.readTree(built.directory().resolve(ImageFiles.MANIFEST).toFile());
        manifest.put("digest", digest.value());
        manifest.put("created", Instant.now().toString());
        manifest.put("kernelArguments", built.kernelArguments() + " " + MARK);
        mapper.writeValue(building.resolve(ImageFiles.MANIFEST).toFile(), manifest);
        Files.move(building, directory.resolve(digest.hex()));
        return digest;
    }

    private Path place(Digest digest) throws IOException {
        return Files.createDirectories(directory.resolve(digest.hex()));
    }

    private void link(String file, Path target) throws IOException {
        Path source = built.directory().resolve(file).toRealPath();
        if (Files.getFileStore(source).equals(Files.getFileStore(directory))) {
            Files.createLink(target.resolve(file), source);
        } else {
            Files.copy(source, target.resolve(file));
        }
    }
}
