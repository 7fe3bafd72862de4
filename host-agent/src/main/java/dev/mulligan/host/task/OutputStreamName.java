package dev.mulligan.host.task;

/** Which of a program's streams. */
public enum OutputStreamName {
    STDOUT,
    STDERR
}
