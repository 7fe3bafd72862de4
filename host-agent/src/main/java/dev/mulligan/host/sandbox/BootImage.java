package dev.mulligan.host.sandbox;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import java.nio.file.Path;

/**
 * What a machine boots from.
 *
 * @param digest names the image for ever
 * @param diskSize the least disk that holds it
 */
public record BootImage(
        String digest,
        Path disk,
        DiskFormat diskFormat,
        DataSize diskSize,
        Path kernel,
        Path initrd,
        String kernelArguments) {}
