package dev.mulligan.host.sandbox;

import dev.mulligan.vm.Template;

/**
 * A template and what stands ready of it.
 *
 * @param template whose content is the image's digest
 * @param ready machines that stand ready
 * @param wanted how many shall
 * @param taken since the host agent started
 * @param missed how often none stood ready
 * @param discarded machines that were thrown away since then, forks of machines that came from it among them, for they
 *     did not come to stand ready or did not answer
 */
public record ImageTemplate(Template template, int ready, int wanted, long taken, long missed, long discarded) {}
