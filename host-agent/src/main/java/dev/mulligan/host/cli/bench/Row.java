package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.measure.Contest;

/**
 * One thing that can be measured.
 *
 * @param id as in {@code --only} and in every report: it never changes its meaning
 * @param boundary where the clock starts and stops; for people
 */
record Row(String id, String boundary, When when, Opening opening) {

    /** When it is measured without having been asked for by name. */
    enum When {
        ALWAYS,
        /** It takes minutes without a pool. */
        WITH_POOL,
        ON_REQUEST
    }

    /** Gets ready for the row. */
    interface Opening {
        /**
         * Makes what the row needs.
         *
         * @throws dev.mulligan.host.cli.bench.measure.NotHereException to leave the row out
         */
        Contest open(Workbench bench) throws Exception;
    }
}
