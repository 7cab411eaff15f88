package io.moka.controllers.loadbalancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolsTest {

    private static Pools pools(String text) {
        return Pools.of(new ConfigMapBuilder().addToData("home", text).build());
    }

    private static List<String> all(Pools pools, String family) {
        var found = new ArrayList<String>();
        for (var next = pools.first("home", family, address -> true); next != null; next = pools.first("home", family, address -> !found.contains(address))) {
            found.add(next);
        }
        return found;
    }

    @Test
    void rangesNetworksAndSingleAddressesAreRead() {
        var pools = pools("192.168.1.250-192.168.1.251, 192.168.2.8/30\n10.0.0.1 fd00::1-fd00::2");
        assertEquals(List.of("192.168.1.250", "192.168.1.251", "192.168.2.8", "192.168.2.9", "192.168.2.10", "192.168.2.11", "10.0.0.1"), all(pools, "IPv4"));
        assertEquals(List.of("fd00::1", "fd00::2"), all(pools, "IPv6"));
        assertEquals(List.of(), pools.unreadable());
        assertTrue(pools.contains("home", "192.168.2.9"));
        assertFalse(pools.contains("work", "192.168.2.9"));
        assertFalse(pools.contains(null, "::1"));
    }

    @Test
    void addressesAreSpelledTheUsualWay() {
        assertEquals("2001:db8::1:0:0:1", AddressRange.canonical("2001:DB8:0:0:1:0:0:1"));
        assertEquals("2001:db8:0:1:1:1:1:1", AddressRange.canonical("2001:db8:0:1:1:1:1:1"));
        assertEquals("::", AddressRange.canonical("0:0:0:0:0:0:0:0"));
        assertNull(AddressRange.canonical("host"));
    }

    @Test
    void anEndlessRangeIsNotWalkedThrough() {
        assertEquals("fd00::2", pools("fd00::/8").first(null, "IPv6", address -> address.endsWith("2")));
    }

    @Test
    void whatIsNoRangeIsNamedAndTheRestHolds() {
        var pools = pools("192.168.1.9-192.168.1.3, nonsense, 192.168.1.0/33, 192.168.1.1-fd00::1, 192.168.1.7");
        assertEquals(List.of("home: 192.168.1.9-192.168.1.3", "home: nonsense", "home: 192.168.1.0/33", "home: 192.168.1.1-fd00::1"), pools.unreadable());
        assertEquals(List.of("192.168.1.7"), all(pools, "IPv4"));
    }
}
