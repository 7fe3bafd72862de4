package dev.mulligan.guest.tar;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/** The 512 bytes in front of each entry: where the fields are, and how numbers look. */
final class TarHeader {
    static final int BLOCK = 512;
    static final int NAME = 0;
    static final int NAME_LENGTH = 100;
    static final int MODE = 100;
    static final int UID = 108;
    static final int GID = 116;
    static final int SIZE = 124;
    static final int MODIFIED = 136;
    static final int CHECKSUM = 148;
    static final int TYPE = 156;
    static final int LINK = 157;
    static final int MAGIC = 257;
    static final int PREFIX = 345;
    static final int PREFIX_LENGTH = 155;

    /** Of size and time: eleven octal digits. */
    static final int NUMBER_LENGTH = 12;

    static final long LARGEST_NUMBER = 077777777777L;

    private TarHeader() {}

    /** All bytes, with the checksum's own counted as blanks. */
    static int checksum(byte[] header) {
        int sum = 0;
        for (int index = 0; index < BLOCK; index++) {
            boolean own = index >= CHECKSUM && index < CHECKSUM + 8;
            sum += own ? ' ' : header[index] & 0xff;
        }
        return sum;
    }

    static void writeOctal(byte[] header, int offset, int length, long value) {
        String digits = Long.toOctalString(value);
        String padded = "0".repeat(length - 1 - digits.length()) + digits;
        System.arraycopy(padded.getBytes(StandardCharsets.US_ASCII), 0, header, offset, length - 1);
    }

    /** @throws TarException if it is no number */
    static long readNumber(byte[] header, int offset, int length) throws TarException {
        if ((header[offset] & 0x80) != 0) {
            return readBinary(header, offset, length);
        }
        String digits = new String(header, offset, length, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new TarException("number: " + digits + " (expected: octal digits)", e);
        }
    }

    /** GNU's way to write what eleven octal digits cannot. */
    private static long readBinary(byte[] header, int offset, int length) throws TarException {
        long value = header[offset] & 0x3f;
        for (int index = offset + 1; index < offset + length; index++) {
            if (value > Long.MAX_VALUE >> 8) {
                throw new TarException("number: over 63 bits (expected: a file's size or time)", null);
            }
            value = (value << 8) | (header[index] & 0xff);
        }
        return value;
    }

    /** Up to the first NUL. */
    static ByteString readName(byte[] header, int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return ByteString.copyFrom(header, offset, end - offset);
    }
}
