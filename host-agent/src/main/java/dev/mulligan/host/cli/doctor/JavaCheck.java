package dev.mulligan.host.cli.doctor;

import java.util.List;

/** The Java that runs this, which also runs the host agent. An older one could not even load it. */
record JavaCheck() implements Check {
    @Override
    public List<Finding> run() {
        return List.of(Finding.ok(
                "Java",
                Runtime.version() + ", " + System.getProperty("java.vendor") + ", " + System.getProperty("java.home")));
    }
}
