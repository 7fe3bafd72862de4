package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;

/**
 * What a call to a guest is about, for its error message.
 *
 * @param what the failed step, as a noun: "file to read"
 * @param value what it was about
 * @param notFound what it means if the guest does not know the value
 */
record GuestCall(String what, String value, HostErrorCode notFound) {
    static GuestCall file(String what, GuestPath path) {
        return new GuestCall(what, path.toString(), HostErrorCode.NO_SUCH_FILE);
    }

    static GuestCall system(String what) {
        return new GuestCall(what, "", HostErrorCode.GUEST_MISBEHAVED);
    }
}
