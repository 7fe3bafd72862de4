package dev.mulligan.host.cli.bench;

/**
 * Brings the template and the pool of an image into the state that a row is about, and keeps them there: between
 * {@link #fill} or {@link #empty} and the next call the host agent makes no further machines for its pool by itself.
 * {@link #release} gives both back to the host agent's own rules.
 */
interface PoolControl {
    /** Whether there is a pool at all; without one the others do nothing. */
    boolean there();

    /** Waits until exactly so many machines of the image wait in the pool. */
    void fill(String image, int machines) throws Exception;

    /** No machine waits; the template is there, and is made if it is not. */
    void empty(String image) throws Exception;

    /** No machine waits and there is no template: the next sandbox boots. */
    void forget(String image) throws Exception;

    /** As asked for last, for people: {@code none}, {@code 16 waiting}, {@code empty, template there}, … */
    String state();

    void release() throws Exception;
}
