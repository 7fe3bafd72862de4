package dev.mulligan.image.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts an output into lines, at most {@value #LONGEST} characters each: a program that never ends its line cannot fill
 * the memory. A carriage return ends a line too, as progress bars use it.
 */
final class LineReader {

    static final int LONGEST = 4096;

    private LineReader() {}

    static void read(InputStream input, Consumer<String> listener) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        StringBuilder line = new StringBuilder();
        for (int next = reader.read(); next >= 0; next = reader.read()) {
            if (next != '\n' && next != '\r') {
                line.append((char) next);
            }
            if (next == '\n' || next == '\r' || line.length() == LONGEST) {
                flush(line, listener);
            }
        }
        flush(line, listener);
    }

    private static void flush(StringBuilder line, Consumer<String> listener) {
        if (!line.isEmpty()) {
            listener.accept(line.toString());
            line.setLength(0);
        }
    }
}
