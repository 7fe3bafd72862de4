package dev.mulligan.image.build;

import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import dev.mulligan.image.archive.OsRelease;
import dev.mulligan.image.docker.DockerEngine;
import dev.mulligan.image.docker.DockerFiles;
import dev.mulligan.image.docker.DockerSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Makes a root file system from a Dockerfile: Docker builds it, then builds a second one on top that adds what makes a
 * machine of it, and hands out the files. All that was made in Docker is removed.
 */
final class DockerfileRoot implements RootSource {

    private final Supplier<DockerEngine> engine;
    private final Path folder;
    private final List<Base> bases;
    private final MachineLayer machineLayer;
    private final boolean useCache;

    DockerfileRoot(
            Supplier<DockerEngine> engine, Path folder, List<Base> bases, MachineLayer machineLayer, boolean useCache) {
        this.engine = engine;
        this.folder = folder;
        this.bases = List.copyOf(bases);
        this.machineLayer = machineLayer;
        this.useCache = useCache;
    }

    @Override
    public List<String> make(Path tar, Path work, Allocation progress) {
        Allocation share = progress.next(progress.phase(), 1, 10);
        try (DockerEngine docker = engine.get();
                DockerSession session = docker.session()) {
            Allocation importing = share.next("base", 1);
            for (Base base : bases) {
                importing.at(0, "handing " + base.name() + " to Docker");
                session.importRoot(base.rootTar(), Dockerfiles.PREFIX + base.name(), importing::log);
            }
            String id = UUID.randomUUID().toString();
            String image = "mulligan-build/user:" + id;
            session.build(folder, image, useCache, new DockerProgress(share.next("Dockerfile", 4)));
            mustDescendFromDebian(session.files(image));

            String machine = "mulligan-build/machine:" + id;
            Path layer = machineLayer.write(work, image, session.environment(image));
            session.build(layer, machine, useCache, new DockerProgress(share.next("kernel and init", 3)));

            Allocation exporting = share.next("export", 2);
            exporting.at(0, "taking the files out of Docker");
            session.files(machine).export(tar);
            return origins();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> origins() throws IOException {
        List<String> origins = new ArrayList<>();
        bases.forEach(base -> origins.add(Dockerfiles.PREFIX + base.name() + " " + base.digest()));
        origins.addAll(Dockerfiles.steps(Files.readString(folder.resolve("Dockerfile"))));
        return origins;
    }

    private void mustDescendFromDebian(DockerFiles files) throws IOException {
        Optional<OsRelease> found = Optional.empty();
        for (String path : OsRelease.PATHS) {
            if (found.isEmpty()) {
                found = files.read("/" + path).map(bytes -> OsRelease.parse(new String(bytes, StandardCharsets.UTF_8)));
            }
        }
        if (!found.map(OsRelease::descendsFromDebian).orElse(false)) {
            throw unsupported(found.map(system -> "\"" + system.prettyName() + "\" (ID=" + system.id() + ")")
                    .orElse("a system without os-release"));
        }
        if (files.read("/usr/bin/apt-get").isEmpty()) {
            throw unsupported("a Debian without apt-get, as \"distroless\" images are");
        }
    }

    private ImageException unsupported(String found) {
        return ImageException.of(
                        Code.UNSUPPORTED_BASE, folder.resolve("Dockerfile").toString())
                .value("builds " + found)
                .expected("Debian or Ubuntu, or what descends from them, with apt-get")
                .remedy("start FROM mulligan/base, debian:13 or ubuntu:24.04")
                .build();
    }
}
