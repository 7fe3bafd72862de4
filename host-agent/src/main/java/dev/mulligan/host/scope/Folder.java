package dev.mulligan.host.scope;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A folder of the host that a sandbox sees. {@code BAD_SCOPE} if it cannot be one.
 *
 * <p>Paths are compared as they are written. Who opens a folder must refuse a path that leads over a symbolic link, or a
 * link in a granted folder would lead a narrower scope out of it.
 *
 * @param path on the host: absolute, no component {@code .} or {@code ..}, not the root
 * @param as in the sandbox: likewise
 * @param excludes what the sandbox does not see of it: at most 200 patterns as in .gitignore, none with {@code !}
 */
public record Folder(String path, String as, Access access, List<String> excludes) {
    private static final int LONGEST_PATH = 4_096;
    private static final int LONGEST_NAME = 255;
    private static final int MOST_EXCLUDES = 200;
    private static final int LONGEST_EXCLUDE = 1_000;

    public Folder {
        path = clean("path", path);
        as = clean("as", as);
        excludes = List.copyOf(excludes);
        require(excludes.size() <= MOST_EXCLUDES, "number of excludes", excludes.size(), "at most " + MOST_EXCLUDES);
        excludes.forEach(pattern -> require(
                !pattern.isBlank()
                        && pattern.length() <= LONGEST_EXCLUDE
                        && !pattern.startsWith("!")
                        && pattern.codePoints().noneMatch(Character::isISOControl),
                "exclude",
                pattern,
                "a pattern as in .gitignore, of at most " + LONGEST_EXCLUDE
                        + " characters, that does not begin with !"));
    }

    /**
     * What both grants give of the host, seen where this one puts it; empty: nothing.
     *
     * <p>A part of a folder that has excludes is nothing: their patterns are about the whole.
     */
    Optional<Folder> narrow(Folder other) {
        if (path.equals(other.path)) {
            return Optional.of(new Folder(path, as, access.narrow(other.access), joined(other)));
        }
        if (isBelow(path, other.path) && other.excludes.isEmpty()) {
            return Optional.of(new Folder(path, as, access.narrow(other.access), excludes));
        }
        if (isBelow(other.path, path) && excludes.isEmpty()) {
            String rest = other.path.substring(path.length());
            return Optional.of(new Folder(other.path, as + rest, access.narrow(other.access), other.excludes));
        }
        return Optional.empty();
    }

    /** Whether this is no more than the other gives. */
    boolean isWithin(Folder other) {
        return access.compareTo(other.access) <= 0
                && (path.equals(other.path) || (isBelow(path, other.path) && other.excludes.isEmpty()));
    }

    /** For people: {@code /home/me/Reports (write)}. */
    String shown() {
        return path + " (" + access.label() + ")"
                + (excludes.isEmpty() ? "" : " without " + String.join(" ", excludes));
    }

    static String shown(List<Folder> folders) {
        return folders.stream().map(Folder::shown).collect(Collectors.joining(", "));
    }

    /** Whether a path of the host, absolute, lies in it. */
    boolean holds(String file) {
        return isBelow(file, path);
    }

    /** Whether either lies in the other, on the host or in the sandbox, or they are the same. */
    boolean overlaps(Folder other) {
        return meets(path, other.path) || meets(as, other.as);
    }

    private static boolean meets(String left, String right) {
        return left.equals(right) || isBelow(left, right) || isBelow(right, left);
    }

    private static boolean isBelow(String path, String above) {
        return path.startsWith(above + "/");
    }

    private List<String> joined(Folder other) {
        Set<String> both = new LinkedHashSet<>(excludes);
        both.addAll(other.excludes);
        return new ArrayList<>(both);
    }

    private static String clean(String what, String path) {
        StringBuilder clean = new StringBuilder();
        boolean good = path.startsWith("/")
                && path.indexOf('\0') < 0
                && path.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH;
        for (String name : path.split("/", -1)) {
            good &= !name.equals(".")
                    && !name.equals("..")
                    && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
            if (!name.isEmpty()) {
                clean.append('/').append(name);
            }
        }
        require(good && !clean.isEmpty(), what + " of a folder", path, "an absolute path without . and .., not /");
        return clean.toString();
    }

    private static void require(boolean holds, String what, Object value, String expected) {
        if (!holds) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, what)
                    .value(value)
                    .expected(expected)
                    .remedy("correct the scope's folders")
                    .build();
        }
    }
}
