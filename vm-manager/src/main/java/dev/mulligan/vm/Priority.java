package dev.mulligan.vm;

/** How a machine ranks among others where processors are short; where they are not, it makes no difference. */
public enum Priority {
    /** As any other: what each process begins with. */
    NORMAL,
    /** It has what the others leave, and a little besides, so that it comes to its end. */
    BACKGROUND
}
