package dev.mulligan.host.scope.file;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Suggestion;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The scopes of a directory, {@code NAME.yaml}. Read anew each time, so that a change holds for the next task. Any thread
 * may ask.
 */
public final class NamedScopes {
    private static final String SUFFIX = ".yaml";
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_-]{1,64}\\.yaml");

    private final Path directory;
    private final ScopeForm form;

    /** @param directory may be missing: then there is none */
    public NamedScopes(Path directory, ScopeForm form) {
        this.directory = directory;
        this.form = form;
    }

    /** All names, in order. */
    public List<ScopeName> names() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> FILE.matcher(name).matches())
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .filter(name -> !name.equals("scope"))
                    .sorted()
                    .map(ScopeName::new)
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        } catch (IOException unreadable) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, "directory of scopes that cannot be read")
                    .value(directory)
                    .remedy("check its permissions")
                    .cause(unreadable)
                    .build();
        }
    }

    /**
     * The scope of that name, with what it takes over from others.
     *
     * @throws HostException {@code UNKNOWN_SCOPE}, or {@code BAD_SCOPE} with file, line and column
     */
    public Scope get(ScopeName name) {
        return get(name, new LinkedHashSet<>());
    }

    /** That scope, with what it takes over from a named one; itself if it extends none. */
    public Scope whole(Scope scope) {
        return whole(scope, new LinkedHashSet<>());
    }

    private Scope get(ScopeName name, Set<ScopeName> above) {
        if (!above.add(name)) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, "scopes that extend each other in a circle")
                    .value(above + " and " + name + " again")
                    .expected("a scope that extends none at the end")
                    .build();
        }
        Path file = directory.resolve(name.value() + SUFFIX);
        if (!Files.exists(file)) {
            throw unknown(name);
        }
        Scope written = form.read(file);
        try {
            return whole(written, above);
        } catch (HostException bad) {
            throw bad.code() == HostErrorCode.BAD_SCOPE ? bad.at(file.toString()) : bad;
        }
    }

    private Scope whole(Scope scope, Set<ScopeName> above) {
        return scope.base().map(name -> scope.extending(name, get(name, above))).orElse(scope);
    }

    private HostException unknown(ScopeName name) {
        List<String> names = names().stream().map(ScopeName::value).toList();
        return HostException.of(HostErrorCode.UNKNOWN_SCOPE, "unknown scope")
                .value(name)
                .expected(names.isEmpty() ? "a scope in " + directory : "one of " + String.join(", ", names))
                .remedy(new Suggestion(names)
                        .of(name.value())
                        .map(meant -> "did you mean '" + meant + "'?")
                        .orElse("write it to " + directory.resolve(name.value() + SUFFIX)))
                .build();
    }
}
