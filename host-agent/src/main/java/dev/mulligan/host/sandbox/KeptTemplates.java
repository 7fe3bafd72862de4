package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.template.WarmPool;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link SandboxTemplates} of a {@link WarmPool}. */
final class KeptTemplates implements SandboxTemplates {
    private static final Logger LOG = LoggerFactory.getLogger(KeptTemplates.class);
    private static final long LOOK_AGAIN_MILLIS = 50;
    /** For a machine that the pool is just making. */
    private static final int TRIES = 600;

    private final SandboxContext context;
    private final ImageTemplates templates;
    private final WarmPool pool;

    KeptTemplates(SandboxContext context, ImageTemplates templates, WarmPool pool) {
        this.context = context;
        this.templates = templates;
        this.pool = pool;
    }

    @Override
    public ImageTemplate prepare(String image, Optional<SandboxSize> size, Actor actor, Consumer<String> progress) {
        MachineKind kind = kind(image, size);
        record(
                "template.prepared",
                actor,
                Map.of("image", image, "image_digest", kind.image().digest()));
        return state(template(kind, progress));
    }

    private MachineKind kind(String image, Optional<SandboxSize> size) {
        BootImage boot = context.images().find(image);
        return new MachineKind(
                boot,
                new RequestCheck(context.capacity())
                        .size(size.orElse(context.config().defaultSize()), boot));
    }

    private Template template(MachineKind kind, Consumer<String> progress) {
        return templates
                .template(kind, progress)
                .orElseThrow(() -> HostException.of(HostErrorCode.UNSUPPORTED, "template on this host")
                        .value(context.vms().templates().obstacle().orElse("none"))
                        .expected("a host that can freeze and clone machines")
                        .remedy("let sandboxes boot instead; 'mulligan sandbox create' does")
                        .build());
    }

    @Override
    public List<ImageTemplate> list() {
        return context.vms().templates().list().stream()
                .sorted(Comparator.comparing(Template::created))
                .map(this::state)
                .toList();
    }

    private ImageTemplate state(Template template) {
        return pool.states().stream()
                .filter(state -> state.template().equals(template.id()))
                .map(state -> new ImageTemplate(
                        template, state.ready(), state.wanted(), state.taken(), state.missed(), state.discarded()))
                .findFirst()
                .orElseGet(() -> new ImageTemplate(template, 0, 0, 0, 0, 0));
    }

    @Override
    public List<String> delete(String reference, Actor actor) {
        List<Template> all = context.vms().templates().list();
        List<Template> named = all.stream()
                .filter(template -> template.id().value().equals(reference))
                .toList();
        List<Template> chosen = named.isEmpty() ? ofImage(all, reference) : named;
        if (chosen.isEmpty()) {
            throw HostException.of(HostErrorCode.UNKNOWN_TEMPLATE, "unknown template")
                    .value('"' + reference + '"')
                    .expected("the id of a template, or an image that has some")
                    .remedy("see 'mulligan template list'")
                    .build();
        }
        chosen.forEach(template -> remove(template, "asked for", actor));
        return chosen.stream().map(template -> template.id().value()).toList();
    }

    private List<Template> ofImage(List<Template> all, String reference) {
        String digest;
        try {
            digest = context.images().find(reference).digest();
        } catch (HostException unknown) {
            return List.of();
        }
        return all.stream()
                .filter(template -> template.content().equals(digest))
                .toList();
    }

    @Override
    public void forget(String imageDigest, Actor actor) {
        removeUnused(template -> template.content().equals(imageDigest), "its image was deleted", actor);
    }

    /** Removes those that fit nothing any more: their image is gone, or what froze them is another one now. */
    void removeOutdated() {
        Set<TemplateId> outdated =
                context.vms().templates().outdated().stream().map(Template::id).collect(Collectors.toSet());
        removeUnused(
                template -> outdated.contains(template.id()) || isGone(template.content()),
                "it fits nothing any more",
                Actor.HOST);
    }

    private boolean isGone(String imageDigest) {
        try {
            context.images().find(imageDigest);
            return false;
        } catch (HostException failed) {
            return failed.code() == HostErrorCode.UNKNOWN_IMAGE;
        }
    }

    private void removeUnused(Predicate<Template> which, String why, Actor actor) {
        context.vms().templates().list().stream().filter(which).forEach(template -> {
            try {
                remove(template, why, actor);
            } catch (HostException | VmException stays) {
                LOG.info("template {} stays: {}", template.id(), stays.getMessage());
            }
        });
    }

    private void remove(Template template, String why, Actor actor) {
        requireUnused(template);
        record(
                "template.deleted",
                actor,
                Map.of("template", template.id().value(), "image_digest", template.content(), "why", why));
        pool.drop(template.id());
        for (int tries = 1; ; tries++) {
            try {
                context.vms().templates().delete(template.id());
                return;
            } catch (VmException used) {
                if (used.code() != VmErrorCode.WRONG_STATE || tries >= TRIES) {
                    throw VmFailures.translate(used);
                }
                requireUnused(template);
            }
            pause();
        }
    }

    /** Those of the pool do not count: it gives them up. */
    private void requireUnused(Template template) {
        context.vms().list().stream()
                .filter(vm -> vm.spec().template().equals(Optional.of(template.id())) && !pool.holds(vm.id()))
                .findFirst()
                .ifPresent(vm -> {
                    throw HostException.of(HostErrorCode.TEMPLATE_IN_USE, "a sandbox stands on the template")
                            .value(template.id() + ", sandbox " + vm.id())
                            .expected("a template on which no sandbox stands")
                            .remedy("delete its sandboxes first: mulligan sandbox list")
                            .build();
                });
    }

    @Override
    public ImageTemplate keepReady(
            String image,
            Optional<SandboxSize> size,
            Optional<Integer> machines,
            Actor actor,
            Consumer<String> progress) {
        int most = context.config().pool().most();
        machines.filter(count -> count < 0 || count > most).ifPresent(count -> {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "machines that shall stand ready")
                    .value(count)
                    .expected("0 to " + most + ", the pool's bound")
                    .remedy("ask for fewer, or set pool.machines in config.yaml")
                    .build();
        });
        MachineKind kind = kind(image, size);
        record(
                "pool.kept",
                actor,
                Map.of(
                        "image_digest",
                        kind.image().digest(),
                        "machines",
                        machines.map(String::valueOf).orElse("learned")));
        Template template = template(kind, progress);
        templates.keep(kind, template, machines);
        return machines.isEmpty() ? state(template) : settled(template, machines.get(), progress);
    }

    private ImageTemplate settled(Template template, int machines, Consumer<String> progress) {
        Duration patience = context.config().goOn().total();
        int ready = -1;
        long lastProgress = System.nanoTime();
        while (true) {
            ImageTemplate now = state(template);
            if (now.ready() == machines) {
                return now;
            }
            if (now.ready() != ready) {
                ready = now.ready();
                lastProgress = System.nanoTime();
                progress.accept(ready + " stand ready, " + machines + " shall");
            }
            if (System.nanoTime() - lastProgress > patience.toNanos()) {
                throw HostException.of(HostErrorCode.HOST_MEMORY, "the pool does not become as large")
                        .value(ready + " stand ready, and no more for " + patience.toSeconds() + " s")
                        .expected(machines + " machines, with "
                                + context.config().pool().reserve().toDisplayString() + " of memory left")
                        .remedy("save or delete sandboxes, or ask for fewer")
                        .build();
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw HostException.of(HostErrorCode.CANCELLED, "interrupted while waiting for the pool")
                    .cause(interrupted)
                    .build();
        }
    }

    private void record(String kind, Actor actor, Map<String, String> details) {
        context.audit().append(AuditEvent.of(kind, actor).withDetails(details));
    }
}
