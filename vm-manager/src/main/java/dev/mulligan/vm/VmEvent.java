package dev.mulligan.vm;

/**
 * A machine changed its state.
 *
 * @param id the machine
 * @param state the state it is in now
 * @param cause why
 */
public record VmEvent(VmId id, VmState state, Cause cause) {

    /** Why a machine changed its state. */
    public enum Cause {
        /** A method of this program asked for it. */
        REQUESTED,
        /** The guest shut itself down. */
        GUEST_SHUTDOWN,
        /** The process ended by itself or was killed; or somebody else destroyed the machine. */
        CRASHED,
        /** The host could not read or write the disk (or it is full); the machine is paused, nothing is lost. */
        IO_ERROR,
        /** Somebody else, such as an administrator with {@code virsh}, paused or resumed the machine. */
        EXTERNAL
    }
}
