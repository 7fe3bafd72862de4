package dev.mulligan.host.task;

/** Some bytes that a call printed on one stream: 1 to 65,536 of them. */
@SuppressWarnings("ArrayRecordComponent") // A chunk of a stream: handed on, never compared.
record OutputChunk(int call, OutputStreamName stream, byte[] data) {
    static final int LARGEST = 1 << 16;
}
