package dev.mulligan.image;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What an image is, what is inside and where it came from; {@code manifest.json} in its directory.
 *
 * @param digest of the output of {@code sha256sum disk.qcow2 initrd kernel} in the image's directory: the address
 * @param name of the recipe; the newest image of a recipe carries the name
 * @param description one line, from the recipe
 * @param created when the build ended
 * @param sizeBytes of all the image's files together
 * @param diskSize how large the disk looks from inside
 * @param kernelArguments what the kernel must be told
 * @param contents what is inside
 * @param provenance where it came from
 */
public record ImageManifest(
        Digest digest,
        String name,
        String description,
        Instant created,
        long sizeBytes,
        DiskSize diskSize,
        String kernelArguments,
        Contents contents,
        Provenance provenance) {

    public ImageManifest {
        requireNonNull(digest, "digest");
        requireNonNull(name, "name");
        requireNonNull(description, "description");
        requireNonNull(created, "created");
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("sizeBytes: " + sizeBytes + " (expected: >= 0)");
        }
        requireNonNull(diskSize, "diskSize");
        requireNonNull(kernelArguments, "kernelArguments");
        requireNonNull(contents, "contents");
        requireNonNull(provenance, "provenance");
    }

    /** Debian GNU/Linux 13 (trixie), … */
    public String operatingSystem() {
        return contents.operatingSystem();
    }

    /** The kernel's release. */
    public String kernel() {
        return contents.kernel();
    }

    /** Debian packages and their versions, sorted by name. */
    public Map<String, String> packages() {
        return contents.packages();
    }

    /** What the recipe offers, with its version: python → 3.13.5. */
    public Map<String, String> tools() {
        return contents.tools();
    }

    /** Where the layers came from, for people: a mirror and suite, or the Dockerfile's steps. */
    public List<String> origins() {
        return provenance.origins();
    }

    /** Of everything that went in: the cache key. */
    public Digest recipeDigest() {
        return provenance.recipeDigest();
    }

    /**
     * What is inside.
     *
     * @param operatingSystem PRETTY_NAME of os-release(5)
     * @param kernel the release, as {@code uname -r} says
     * @param packages name → version, as dpkg writes it
     * @param tools name → version, without epoch and Debian revision
     */
    public record Contents(
            String operatingSystem, String kernel, Map<String, String> packages, Map<String, String> tools) {

        public Contents {
            requireNonNull(operatingSystem, "operatingSystem");
            requireNonNull(kernel, "kernel");
            packages = Ordered.copyOf(packages);
            tools = Ordered.copyOf(tools);
        }
    }

    /**
     * Where it came from.
     *
     * @param recipeDigest of everything that went in: the recipe's files, the guest agent, the base, the builder
     * @param guestAgent of the tar with the guest agent
     * @param bases of the Mulligan images that the Dockerfile starts from
     * @param origins a mirror and suite, or the Dockerfile's steps
     * @param builder the version of the format of images: an older one is built again
     */
    public record Provenance(
            Digest recipeDigest, Digest guestAgent, List<Digest> bases, List<String> origins, String builder) {

        public Provenance {
            requireNonNull(recipeDigest, "recipeDigest");
            requireNonNull(guestAgent, "guestAgent");
            bases = List.copyOf(bases);
            origins = List.copyOf(origins);
            requireNonNull(builder, "builder");
        }
    }
}
