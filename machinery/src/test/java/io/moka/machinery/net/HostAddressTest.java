package io.moka.machinery.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostAddressTest {

    private static final String HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";

    @Test
    void theDefaultRouteOfTheLowestMetricCounts() {
        assertEquals("eth0", HostAddress.interfaceOfTheDefaultRoute(List.of(HEAD,
                "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0",
                "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0",
                "moka0\t0000F40A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0")));
        assertNull(HostAddress.interfaceOfTheDefaultRoute(List.of(HEAD, "moka0\t0000F40A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0")));
    }

    @Test
    void theAddressFoundIsOneOfThisMachine() throws IOException {
        var found = HostAddress.find();
        assertTrue(found == null || HostAddress.isHere(found), found);
        assertFalse(HostAddress.isHere("203.0.113.77"));
        assertNull(HostAddress.of("no-such-interface"));
        assertNull(HostAddress.of("lo"), "loopback leads nowhere else");
    }
}
