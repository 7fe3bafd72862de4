package dev.mulligan.image.build;

import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import dev.mulligan.image.ImageFiles;
import dev.mulligan.image.ImageManifest.Contents;
import dev.mulligan.image.archive.BootFiles;
import dev.mulligan.image.archive.InstalledPackages;
import dev.mulligan.image.archive.OsRelease;
import dev.mulligan.image.archive.RootArchive;
import dev.mulligan.image.recipe.Recipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Takes kernel and memory disk out of a root file system, and reads what is inside. */
final class BootStep {

    private final Scripts scripts;

    BootStep(Scripts scripts) {
        this.scripts = scripts;
    }

    Contents run(Path rootTar, Path directory, Recipe recipe, Allocation progress) throws IOException {
        progress.at(0, "reading the root file system");
        try (RootArchive root = RootArchive.open(rootTar)) {
            BootFiles boot = BootFiles.find(root)
                    .orElseThrow(() -> ImageException.of(Code.BUILD_FAILED, "kernel")
                            .value("none in the root file system")
                            .expected("/boot/vmlinuz-*")
                            .remedy("add a package such as linux-image-cloud-amd64")
                            .build());
            progress.at(0.3, "kernel " + boot.release());
            boot.writeKernel(directory.resolve(ImageFiles.KERNEL));
            boot.writeInitrd(
                    directory.resolve(ImageFiles.INITRD), scripts.init().getBytes(StandardCharsets.UTF_8));

            progress.at(0.8, "listing what is installed");
            OsRelease system = OsRelease.parse(text(root, OsRelease.PATHS.toArray(String[]::new)));
            InstalledPackages packages = InstalledPackages.parse(text(root, InstalledPackages.PATH));
            return new Contents(system.prettyName(), boot.release(), packages.versions(), tools(recipe, packages));
        }
    }

    private static Map<String, String> tools(Recipe recipe, InstalledPackages packages) {
        Map<String, String> versions = new TreeMap<>();
        recipe.tools()
                .forEach((tool, name) -> versions.put(
                        tool,
                        packages.upstreamVersion(name)
                                .orElseThrow(() -> ImageException.of(Code.BUILD_FAILED, "tool " + tool)
                                        .value("its package " + name + " is not installed")
                                        .expected("in the image")
                                        .remedy("install it, or take the tool out of " + Recipe.FILE)
                                        .build())));
        return versions;
    }

    private static String text(RootArchive root, String... names) throws IOException {
        return root.read(names)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }
}
