package dev.mulligan.host.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of the jar; "development" where the classes lie in a directory. */
final class Version implements IVersionProvider {
    static String text() {
        String version = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
        return "mulligan " + version + " (Java " + Runtime.version().feature() + ")";
    }

    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }
}
