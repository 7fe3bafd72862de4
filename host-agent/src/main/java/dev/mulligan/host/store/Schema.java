package dev.mulligan.host.store;

/**
 * The tables of one database: migrations on the class path, each of which ends by setting {@code user_version} to its
 * own number, so that an up-to-date database is known by one read and starts without Flyway.
 *
 * @param location folder of the migrations
 * @param newest number of the last of them
 */
record Schema(String location, int newest) {
    static final Schema JOURNAL = new Schema("db/migration", 8);
    static final Schema OUTPUT = new Schema("db/output", 3);
    static final Schema CHANGES = new Schema("db/changes", 2);
}
