package dev.mulligan.host.task;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Output that waits to be kept: neighbours of one stream as one chunk, up to the largest. Guarded by its user's lock. */
final class PendingOutput {
    private final int call;
    private final List<OutputChunk> whole = new ArrayList<>();
    private final ByteArrayOutputStream last = new ByteArrayOutputStream();
    private OutputStreamName lastStream = OutputStreamName.STDOUT;
    private int costOfWhole;

    PendingOutput(int call) {
        this.call = call;
    }

    /** @param length 1 to {@link OutputChunk#LARGEST} */
    void add(OutputStreamName stream, byte[] data, int from, int length) {
        if (stream != lastStream || last.size() + length > OutputChunk.LARGEST) {
            endLast();
            lastStream = stream;
        }
        last.write(data, from, length);
    }

    private void endLast() {
        if (last.size() > 0) {
            whole.add(new OutputChunk(call, lastStream, last.toByteArray()));
            costOfWhole += OutputChunk.cost(last.size());
            last.reset();
        }
    }

    boolean isEmpty() {
        return cost() == 0;
    }

    int cost() {
        return last.size() == 0 ? costOfWhole : costOfWhole + OutputChunk.cost(last.size());
    }

    List<OutputChunk> takeAll() {
        endLast();
        List<OutputChunk> all = List.copyOf(whole);
        whole.clear();
        costOfWhole = 0;
        return all;
    }
}
