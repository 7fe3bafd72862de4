package dev.mulligan.host.scope;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.scope.file.ScopeForm;
import dev.mulligan.host.yaml.YamlDocument;
import dev.mulligan.vm.DataSize;
import java.nio.file.Path;
import java.util.Optional;

/** Scopes and what they are asked, for tests. */
public final class Scopes {
    /** Of the host, in the scopes of tests. */
    static final String FOLDER = "/home/me/Reports";

    private Scopes() {}

    /** A scope as people write it. */
    public static Scope scope(String yaml) {
        return new ScopeForm(Path.of("/home/me"))
                .read(new YamlDocument("t", "scope", HostErrorCode.BAD_SCOPE).parse(yaml, "a scope"));
    }

    static ResolvedScope resolved(String yaml) {
        return resolved(scope(yaml));
    }

    static ResolvedScope resolved(Scope scope) {
        return scope.resolve(DataSize.ofGibibytes(1), 2);
    }

    static CallFacts shell(String line) {
        return new CallFacts(Tool.SHELL, false, Optional.empty(), CallArguments.line(line));
    }

    static ChangeFacts change(ChangeFacts.Kind kind, String path) {
        return new ChangeFacts(kind, FOLDER + "/" + path, "", ChangeFacts.Type.FILE, 10, 0644);
    }
}
