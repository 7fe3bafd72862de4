package dev.mulligan.vm.machine;

/** What the machine should be doing, as its record says; compared with the domain it gives the state. */
enum Power {
    /** No domain may be there. */
    OFF,
    /** A domain should be there; if there is none, the machine crashed. */
    ON,
    /** No domain may be there, and a memory file is. */
    SAVED
}
