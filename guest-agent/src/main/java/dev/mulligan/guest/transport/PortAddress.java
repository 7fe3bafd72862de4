package dev.mulligan.guest.transport;

import java.net.SocketAddress;

/** What stands for an address where there is only one place to be. */
final class PortAddress extends SocketAddress {
    private static final long serialVersionUID = 1;

    static final PortAddress INSTANCE = new PortAddress();

    private PortAddress() {}

    @Override
    public String toString() {
        return "port";
    }
}
