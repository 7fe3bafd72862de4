package dev.mulligan.host.guest;

/** What a guest has said to the preamble: it is there; HTTP/2 comes next. */
enum FirstAnswer {
    /** Its clock and its randomness are set. */
    RESYNCHRONISED,
    /** It could not set them, or took so long that its clock is behind. */
    TO_RESYNCHRONISE
}
