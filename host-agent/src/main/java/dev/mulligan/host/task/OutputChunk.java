package dev.mulligan.host.task;

/** Some bytes that a call printed on one stream: 1 to 65,536 of them. */
@SuppressWarnings("ArrayRecordComponent") // A chunk of a stream: handed on, never compared.
record OutputChunk(int call, OutputStreamName stream, byte[] data) {
    static final int LARGEST = 1 << 16;

    /** About what a row takes whatever is in it. */
    private static final int LEAST_COST = 256;

    /** What a chunk of that size counts for against every bound but the scope's: a byte costs more than a byte. */
    static int cost(int size) {
        return Math.max(size, LEAST_COST);
    }
}
