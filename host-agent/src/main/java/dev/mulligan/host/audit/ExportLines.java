package dev.mulligan.host.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The lines of a file that may be anything: each is bounded before it is understood. */
final class ExportLines {
    private static final int LONGEST = 16 << 20;

    private final InputStream source;
    private long number;

    ExportLines(InputStream source) {
        this.source = new BufferedInputStream(source, 1 << 16);
    }

    /** Of the line that was read last, from 1. */
    long number() {
        return number;
    }

    /** Empty at the end. */
    Optional<ExportLine> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int next = source.read();
        if (next < 0) {
            return Optional.empty();
        }
        number++;
        while (next >= 0 && next != '\n' && line.size() < LONGEST) {
            line.write(next);
            next = source.read();
        }
        if (next != '\n') {
            return Optional.of(new ExportLine.Unreadable(number, "does not end with a line feed"));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line.toByteArray()))
                    .toString();
            return Optional.of(ExportLine.parse(number, text));
        } catch (CharacterCodingException notText) {
            return Optional.of(new ExportLine.Unreadable(number, "is not UTF-8"));
        }
    }
}
