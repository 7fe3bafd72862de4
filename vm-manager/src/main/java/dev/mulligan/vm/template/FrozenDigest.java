package dev.mulligan.vm.template;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * The digest of a file that is mostly holes: SHA-256 over the number and the CRC-32C of each block that holds something
 * else than zeros. It finds damage, at the speed of reading; it is no proof against people who may write our files. What
 * is a hole and what is written zeros makes no difference.
 */
final class FrozenDigest {
    private static final int BLOCK = 1 << 16;

    private FrozenDigest() {}

    static String of(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                var data = new DataExtents(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer line = ByteBuffer.allocate(2 * Long.BYTES);
            var sum = new CRC32C();
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            byte[] zeros = new byte[BLOCK];
            long size = channel.size();
            long position = data.next(0, size);
            while (position < size) {
                long start = position - position % BLOCK;
                block.clear();
                while (block.hasRemaining() && channel.read(block, start + block.position()) >= 0) {
                    // Until the block or the file ends.
                }
                int length = block.position();
                if (Arrays.mismatch(block.array(), 0, length, zeros, 0, length) >= 0) {
                    sum.reset();
                    sum.update(block.array(), 0, length);
                    digest.update(
                            line.clear().putLong(start).putLong(sum.getValue()).flip());
                }
                position = data.next(start + BLOCK, size);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "template file cannot be read: " + file, e);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }
}
