package dev.mulligan.vm;

import java.util.List;
import java.util.Optional;

/**
 * The templates of one directory. Safe for use by several threads; what makes or verifies one template excludes
 * others that want the same one, and nobody else.
 *
 * <p>A template belongs to what it was made from: content, machine shape, kernel, hypervisor and its version, the
 * host's processor. Where any of these differs there is simply no template, and {@link #prepare} makes one.
 */
public interface Templates {
    /** Why this host can freeze and clone no machines; empty if it can. */
    Optional<String> obstacle();

    /**
     * The template for such machines, if it is there and whole. The first time that this program meets it, it is
     * compared with its digests; one that is damaged is removed.
     *
     * @param shape only disk, sizes, kernel and processors matter
     * @param content what the disk holds, such as an image's digest: it stands for the disk's content
     */
    Optional<Template> find(VmSpec shape, String content);

    /**
     * Finds the template, or makes it: boots a machine of this shape, lets {@code warmUp} do its work, and freezes it.
     * Cut off at any moment, it leaves nothing that counts as a template.
     *
     * @throws VmException {@link VmErrorCode#UNSUPPORTED} where there is an {@link #obstacle}; what {@code warmUp}
     *     throws passes through
     */
    Template prepare(VmSpec shape, String content, WarmUp warmUp);

    /** All that are there, by id, verified or not. */
    List<Template> list();

    /** Those that fit no machine any more, for the hypervisor or the host's processor is another one now; by id. */
    List<Template> outdated();

    /**
     * Removes a template.
     *
     * @throws VmException {@link VmErrorCode#WRONG_STATE} while a machine stands on it
     */
    void delete(TemplateId id);
}
