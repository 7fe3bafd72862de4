package dev.mulligan.vm;

import java.time.Duration;
import java.time.Instant;

/**
 * An image that was booted once on this host and frozen in mid-breath: memory, devices and disk of one instant, never
 * changed afterwards. Machines that are defined from it go on from there, and share its memory as long as they only
 * read it.
 *
 * @param id names what it depends on
 * @param content what its maker said it is made of, such as an image's digest
 * @param memory how large its machines see their memory
 * @param size bytes on the host
 * @param created when it was complete, by the host's clock
 * @param making how long it took to boot, warm up and freeze
 */
public record Template(
        TemplateId id, String content, DataSize memory, DataSize size, Instant created, Duration making) {}
