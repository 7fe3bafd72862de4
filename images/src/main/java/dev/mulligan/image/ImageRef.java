package dev.mulligan.image;

import java.util.regex.Pattern;

/**
 * How people name an image: a recipe's name (its newest image), a digest, or the digest's first eight or more digits.
 *
 * @param value as written
 */
public record ImageRef(String value) {

    private static final Pattern PREFIX = Pattern.compile("(sha256:)?[0-9a-f]{8,64}");

    public ImageRef {
        if (value.isBlank()) {
            throw new IllegalArgumentException("image: \"" + value + "\" (expected: a name or a digest)");
        }
    }

    /** Whether the image's digest is or begins like this reference. */
    boolean matchesDigest(Digest digest) {
        if (!PREFIX.matcher(value).matches()) {
            return false;
        }
        String hex = value.startsWith("sha256:") ? value.substring("sha256:".length()) : value;
        return digest.hex().startsWith(hex);
    }

    @Override
    public String toString() {
        return value;
    }
}
