package dev.mulligan.vm.template;

import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.VmSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Everything on which a template depends, as the first 16 digits of its id; the last 8 tell one making from the next,
 * since machines may still stand on a former one.
 *
 * @param digits hexadecimal
 */
record TemplateKey(String digits) {
    private static final int LENGTH = 16;

    // Of what is frozen and how; raised when either changes.
    private static final String FORMAT = "2";

    /**
     * The key for such machines.
     *
     * @param content stands for what the disk holds
     * @param hypervisor its identity, the host's processor included
     */
    static TemplateKey of(VmSpec shape, String content, String hypervisor) {
        String all = String.join(
                "\n",
                List.of(
                        FORMAT,
                        content,
                        shape.disk().toString(),
                        shape.diskSize().toString(),
                        shape.kernelArguments(),
                        shape.memory().toString(),
                        shape.burst().toString(),
                        Integer.toString(shape.processors()),
                        hypervisor));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return new TemplateKey(HexFormat.of().formatHex(digest).substring(0, LENGTH));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }

    TemplateId next(RandomGenerator random) {
        return new TemplateId(digits + String.format("%08x", random.nextInt()));
    }

    boolean fits(TemplateId id) {
        return id.value().startsWith(digits);
    }
}
