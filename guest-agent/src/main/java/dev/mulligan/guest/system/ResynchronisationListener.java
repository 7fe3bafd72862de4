package dev.mulligan.guest.system;

/**
 * Hears that the machine goes on in another time, and perhaps as another machine: whoever keeps random numbers or
 * derives something from the clock draws anew.
 */
public interface ResynchronisationListener {
    /**
     * Called when clock, kernel entropy and identity are set, before the host is answered and thus before the next tool
     * runs; so it returns in milliseconds. Called from several threads, and more often than necessary.
     */
    void resynchronised();
}
