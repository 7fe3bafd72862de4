package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.template.WarmPool;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The templates of images, and the machines that stand ready: what a new sandbox's machine comes from. The first sandbox
 * of a kind waits until its template is made; all others go on from it.
 */
final class ImageTemplates {
    private static final Logger LOG = LoggerFactory.getLogger(ImageTemplates.class);

    private final VmManager vms;
    private final WarmPool pool;
    private final TemplateWarmUp warmUp;
    private final Room room;

    ImageTemplates(VmManager vms, WarmPool pool, TemplateWarmUp warmUp, Room room) {
        this.vms = vms;
        this.pool = pool;
        this.warmUp = warmUp;
        this.room = room;
    }

    /** The template of this kind, made now if need be; empty if this host can have none. */
    Optional<Template> template(MachineKind kind, Consumer<String> progress) {
        Optional<String> obstacle = vms.templates().obstacle();
        if (obstacle.isPresent()) {
            LOG.info("no template of {}: {}", kind.image().digest(), obstacle.get());
            return Optional.empty();
        }
        String content = kind.image().digest();
        Optional<Template> there = vms.templates().find(kind.shape(), content);
        if (there.isPresent()) {
            return there;
        }
        progress.accept("making a template of the image, once on this host");
        Template made = make(kind, content, progress);
        // Whoever wanted one wants another, soon.
        pool.keep(made, kind.shape(), Optional.empty());
        return Optional.of(made);
    }

    /** A boot that hangs is tried anew: under emulation about one in seven does once. */
    private Template make(MachineKind kind, String content, Consumer<String> progress) {
        for (int attempt = 1; ; attempt++) {
            try (Room.Promise _ = room.promiseMemory(kind.size().memory())) {
                return vms.templates().prepare(kind.shape(), content, warmUp.of(kind.shape(), progress));
            } catch (HostException failed) {
                if (failed.code() != HostErrorCode.GUEST_UNREACHABLE || attempt >= warmUp.attempts()) {
                    throw failed;
                }
                LOG.warn("the machine of a template did not come up, attempt {}: {}", attempt, failed.getMessage());
                progress.accept("booting once more: " + failed.getMessage());
            } catch (VmException failed) {
                throw VmFailures.translate(failed);
            }
        }
    }

    /** A machine that stands ready, PAUSED, and now belongs to the caller. */
    Optional<Vm> ready(MachineKind kind) {
        if (vms.templates().obstacle().isPresent()) {
            return Optional.empty();
        }
        return vms.templates()
                .find(kind.shape(), kind.image().digest())
                .flatMap(template -> pool.acquire(template, kind.shape()));
    }

    /** One that was {@linkplain #ready taken} and became nobody's: it is deleted, if need be later. */
    void giveBack(Vm vm) {
        pool.giveBack(vm);
    }

    /** A machine that came from it, by way of the pool or not, was thrown away: it did not answer. */
    void discarded(TemplateId template) {
        pool.discarded(template);
    }

    /** So many of this kind shall stand ready; empty: as many as use suggests. */
    void keep(MachineKind kind, Template template, Optional<Integer> machines) {
        pool.keep(template, kind.shape(), machines);
    }
}
