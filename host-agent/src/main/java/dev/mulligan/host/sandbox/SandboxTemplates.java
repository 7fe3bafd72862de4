package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The templates of this host's images, and the machines of each that stand ready. Blocking; safe for use by several
 * threads. Changes are recorded first.
 */
public interface SandboxTemplates {
    /**
     * Finds the template of an image in a size, or makes it; reports steps worth showing. Interrupted, it leaves nothing
     * behind. {@code UNSUPPORTED} on a host that can have none.
     *
     * @param size empty: the host's default
     */
    ImageTemplate prepare(String image, Optional<SandboxSize> size, Actor actor, Consumer<String> progress);

    /** Oldest first. */
    List<ImageTemplate> list();

    /**
     * Deletes templates, with the machines of theirs that stand ready; {@code UNKNOWN_TEMPLATE}, {@code TEMPLATE_IN_USE}
     * while a sandbox stands on one.
     *
     * @param reference a template's id, or an image for all of its templates
     * @return the ids
     */
    List<String> delete(String reference, Actor actor);

    /** Deletes all templates of an image that is about to go; those on which a sandbox stands stay. */
    void forget(String imageDigest, Actor actor);

    /**
     * Has so many machines stand ready from now on, until the host agent ends; returns when exactly so many do.
     * {@code HOST_MEMORY} if they come no nearer for long.
     *
     * @param machines empty: as many as use suggests, and it returns at once
     */
    ImageTemplate keepReady(
            String image,
            Optional<SandboxSize> size,
            Optional<Integer> machines,
            Actor actor,
            Consumer<String> progress);
}
