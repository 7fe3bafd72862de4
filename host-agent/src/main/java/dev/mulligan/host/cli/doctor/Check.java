package dev.mulligan.host.cli.doctor;

import java.util.List;

/** Looks at one thing; takes seconds at most, changes nothing, never throws. */
interface Check {
    List<Finding> run();
}
