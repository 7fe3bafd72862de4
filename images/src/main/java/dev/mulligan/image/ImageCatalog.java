package dev.mulligan.image;

import dev.mulligan.image.ImageException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images in a directory. An image is there when its directory has its digest's name: it gets that name last and
 * loses it first, each in one step, so that nobody ever sees half an image.
 */
final class ImageCatalog {

    private static final Logger log = LoggerFactory.getLogger(ImageCatalog.class);

    private static final Pattern IMAGE = Pattern.compile("[0-9a-f]{64}");
    private static final String BUILDING = ".building-";
    private static final String DELETING = ".deleting-";

    private static final Comparator<Image> NEWEST_FIRST = Comparator.comparing(
                    (Image image) -> image.manifest().created())
            .reversed()
            .thenComparing(image -> image.manifest().digest());

    private final Path directory;

    ImageCatalog(Path directory) {
        this.directory = directory;
    }

    void prepare() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    List<Image> list() {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(child ->
                            IMAGE.matcher(child.getFileName().toString()).matches())
                    .map(this::read)
                    .flatMap(Optional::stream)
                    .sorted(NEWEST_FIRST)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    Optional<Image> find(ImageRef ref) {
        List<Image> images = list();
        Optional<Image> named = first(images, image -> image.manifest().name().equals(ref.value()));
        if (named.isPresent()) {
            return named;
        }
        List<Image> matches = images.stream()
                .filter(image -> ref.matchesDigest(image.manifest().digest()))
                .toList();
        if (matches.size() > 1) {
            throw ImageException.of(Code.UNKNOWN_IMAGE, "image")
                    .value("\"" + ref + "\" is how " + matches.size() + " digests begin")
                    .expected("one")
                    .remedy("write more of it")
                    .build();
        }
        return matches.stream().findFirst();
    }

    Optional<Image> findByRecipe(Digest recipeDigest) {
        return first(list(), image -> image.manifest().recipeDigest().equals(recipeDigest));
    }

    /** Has an image made in a directory of its own, and shows it under its digest when it is whole. */
    Image publish(Function<Path, ImageManifest> build) {
        try {
            Path building = Files.createTempDirectory(directory, BUILDING);
            try {
                Files.setPosixFilePermissions(building, DirectoryTree.OPEN);
                ImageManifest manifest = build.apply(building);
                Files.write(building.resolve(ImageFiles.MANIFEST), ManifestJson.write(manifest));
                Path target = directory.resolve(manifest.digest().hex());
                remove(target);
                Files.move(building, target, StandardCopyOption.ATOMIC_MOVE);
                return new Image(manifest, target);
            } finally {
                DirectoryTree.delete(building);
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    void delete(ImageRef ref) {
        Image image = find(ref)
                .orElseThrow(() -> ImageException.of(Code.UNKNOWN_IMAGE, "image")
                        .value("\"" + ref + "\"")
                        .expected("a name or digest of `mulligan image list`")
                        .build());
        try {
            remove(image.directory());
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** Removes what killed builds and deletions left. To be called below the lock: then nobody is at work. */
    void removeLeftovers() {
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.toList()) {
                String name = child.getFileName().toString();
                if (name.startsWith(BUILDING) || name.startsWith(DELETING)) {
                    removeLeftover(child);
                }
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** A build in a user namespace may have left files that this user cannot remove: no reason not to build. */
    private static void removeLeftover(Path leftover) {
        try {
            DirectoryTree.delete(leftover);
        } catch (IOException e) {
            log.warn(
                    "{} is left of a killed build and cannot be removed: {}; remove it as root",
                    leftover,
                    e.toString());
        }
    }

    private void remove(Path image) throws IOException {
        if (Files.exists(image)) {
            Path deleting = Files.createTempDirectory(directory, DELETING);
            Files.move(image, deleting.resolve("image"), StandardCopyOption.ATOMIC_MOVE);
            DirectoryTree.delete(deleting);
        }
    }

    private Optional<Image> read(Path image) {
        try {
            ImageManifest manifest = ManifestJson.read(Files.readAllBytes(image.resolve(ImageFiles.MANIFEST)));
            return Optional.of(new Image(manifest, image));
        } catch (IOException | ImageException e) {
            log.warn("image {} is damaged and left out; remove its directory: {}", image, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Image> first(List<Image> images, Predicate<Image> wanted) {
        return images.stream().filter(wanted).findFirst();
    }

    private ImageException unavailable(IOException cause) {
        return ImageException.of(Code.STORE_UNAVAILABLE, "images")
                .value(directory + ": " + cause)
                .expected("a directory that Mulligan may write, with room for an image: some 4 GiB")
                .cause(cause)
                .build();
    }
}
