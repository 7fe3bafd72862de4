package dev.mulligan.guest.process;

import java.time.Duration;

/** What a process tree used: processor time, and the most memory at one moment. */
record Usage(Duration cpuTime, long peakMemoryBytes) {}
