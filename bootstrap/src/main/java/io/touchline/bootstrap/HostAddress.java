package io.touchline.bootstrap;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** This host's own address, as others may reach it. */
final class HostAddress {
    private HostAddress() {}

    static String own() {
        try {
            InetAddress address = InetAddress.getLocalHost();
            return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress().getHostAddress();
        }
    }
}
