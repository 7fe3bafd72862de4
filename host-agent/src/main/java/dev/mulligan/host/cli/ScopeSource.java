package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeName;
import dev.mulligan.host.scope.file.NamedScopes;
import dev.mulligan.host.scope.file.ScopeForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where commands find scopes: files, standard input, and the named ones of this machine. */
final class ScopeSource {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Invocation invocation;
    private final ScopeForm form = ScopeForm.ofThisUser();
    private final NamedScopes named;

    ScopeSource(Invocation invocation) {
        this.invocation = invocation;
        this.named = new NamedScopes(invocation.state().scopes(), form);
    }

    NamedScopes named() {
        return named;
    }

    /** A file, - for standard input, or a name if there is no such file; with all that it takes over from others. */
    Scope whole(String source) throws IOException {
        if (source.equals("-")) {
            return named.whole(form.read("standard input", invocation.console().input()));
        }
        Path file = Path.of(source);
        if (NAME.matcher(source).matches() && !Files.exists(file)) {
            return named.get(new ScopeName(source));
        }
        if (Files.isDirectory(file)) {
            throw HostException.of(HostErrorCode.BAD_PATH, "directory")
                    .value(file)
                    .expected("a scope in YAML, or the name of one")
                    .build();
        }
        return named.whole(form.read(file));
    }
}
