package dev.mulligan.host.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of the jar; "development" where the classes lie in a directory. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
        return new String[] {
            "mulligan " + version + " (Java " + Runtime.version().feature() + ")"
        };
    }
}
