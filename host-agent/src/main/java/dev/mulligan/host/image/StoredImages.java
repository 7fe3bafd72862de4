package dev.mulligan.host.image;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.SandboxTemplates;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.image.BuildListener;
import dev.mulligan.image.BuildOptions;
import dev.mulligan.image.BuildResult;
import dev.mulligan.image.Image;
import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageRef;
import dev.mulligan.image.ImageStore;
import java.util.List;
import java.util.Map;

/** {@link Images} of an {@link ImageStore}. */
public final class StoredImages implements Images {
    private final ImageStore store;
    private final Sandboxes sandboxes;
    private final SandboxTemplates templates;
    private final AuditLog audit;

    public StoredImages(ImageStore store, Sandboxes sandboxes, SandboxTemplates templates, AuditLog audit) {
        this.store = store;
        this.sandboxes = sandboxes;
        this.templates = templates;
        this.audit = audit;
    }

    @Override
    public List<Image> list() {
        return store.list();
    }

    @Override
    public Image get(String reference) {
        return store.find(new ImageRef(reference))
                .orElseThrow(() -> HostException.of(HostErrorCode.UNKNOWN_IMAGE, "unknown image")
                        .value(reference)
                        .expected("a name, a digest, or at least 8 hex digits of one")
                        .remedy("see 'mulligan image list', or build it")
                        .build());
    }

    @Override
    public List<String> recipes() {
        return store.recipes();
    }

    @Override
    public BuildResult build(String recipe, boolean useCache, Actor actor, BuildListener listener) {
        var read = store.recipe(recipe);
        audit.append(AuditEvent.of("image.build_started", actor)
                .withDetails(Map.of("recipe", recipe, "use_cache", String.valueOf(useCache))));
        try {
            BuildResult result = store.build(read, new BuildOptions(useCache), listener);
            audit.append(AuditEvent.of("image.built", actor)
                    .withDetails(Map.of(
                            "recipe",
                            recipe,
                            "digest",
                            result.image().manifest().digest().value(),
                            "cached",
                            String.valueOf(result.cached()))));
            return result;
        } catch (ImageException failed) {
            HostException known = ImageFailures.translate(failed);
            audit.append(AuditEvent.of("image.build_failed", actor)
                    .withDetails(Map.of("recipe", recipe, "reason", known.code().name())));
            throw known;
        }
    }

    @Override
    public void delete(String reference, Actor actor) {
        Image image = get(reference);
        String digest = image.manifest().digest().value();
        sandboxes.list(Map.of()).stream()
                .filter(sandbox -> sandbox.imageDigest().equals(digest))
                .map(Sandbox::name)
                .findFirst()
                .ifPresent(name -> {
                    throw HostException.of(HostErrorCode.IMAGE_IN_USE, "image in use")
                            .value(reference)
                            .expected("an image that no sandbox stands on")
                            .remedy("delete the sandbox " + name + " first")
                            .build();
                });
        audit.append(AuditEvent.of("image.deleted", actor)
                .withDetails(Map.of("image", image.manifest().name(), "digest", digest)));
        // They stand on its disk.
        templates.forget(digest, actor);
        store.delete(new ImageRef(digest));
    }
}
