package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.sandbox.ImageTemplate;
import dev.mulligan.host.sandbox.SandboxSize;
import dev.mulligan.host.sandbox.SandboxTemplates;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.TemplateId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** One template, and what was asked of it. */
final class FakeTemplates implements SandboxTemplates {
    static final String ID = "0123456789abcdef01234567";

    final List<String> asked = new CopyOnWriteArrayList<>();

    @Override
    public ImageTemplate prepare(String image, Optional<SandboxSize> size, Actor actor, Consumer<String> progress) {
        asked.add("prepare " + image + " " + size.map(SandboxSize::processors));
        progress.accept("booting");
        return template(0);
    }

    @Override
    public List<ImageTemplate> list() {
        return List.of(template(2));
    }

    @Override
    public List<String> delete(String reference, Actor actor) {
        if (!reference.equals(ID)) {
            throw HostException.of(HostErrorCode.UNKNOWN_TEMPLATE, "unknown template")
                    .value(reference)
                    .build();
        }
        return List.of(ID);
    }

    @Override
    public void forget(String imageDigest, Actor actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ImageTemplate keepReady(
            String image,
            Optional<SandboxSize> size,
            Optional<Integer> machines,
            Actor actor,
            Consumer<String> progress) {
        asked.add("keep " + image + " " + machines);
        progress.accept("1 of 2 stand ready");
        return template(machines.orElse(3));
    }

    private static ImageTemplate template(int ready) {
        return new ImageTemplate(
                new Template(
                        new TemplateId(ID),
                        "sha256:ab",
                        DataSize.ofGibibytes(1),
                        DataSize.ofMebibytes(300),
                        Instant.EPOCH,
                        Duration.ofSeconds(19)),
                ready,
                ready,
                7,
                1,
                2);
    }
}
