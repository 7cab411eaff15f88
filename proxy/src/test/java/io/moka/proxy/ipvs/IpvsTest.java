package io.moka.proxy.ipvs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IpvsTest {

    private static final String LISTING = """
            IP Virtual Server version 1.2.1 (size=4096)
            Prot LocalAddress:Port Scheduler Flags
              -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
            TCP  10.96.0.5:80 rr persistent 60
              -> 10.244.0.2:8080              Masq    1      3          0
              -> 10.244.0.3:8080              Masq    0      0          2
              -> 10.244.0.4:8080              Masq    0      0          0
            UDP  10.96.0.10:53 rr
            TCP  203.0.113.9:80 wlc
              -> 203.0.113.10:80              Route   1      0          0
            TCP  [fd00:96::5]:80 sh (sh-fallback)
              -> [fd00:10::2]:8080            Masq    1      0          0
            FWM  7 rr
              -> 10.244.0.9:8080              Masq    1      0          0
            """;

    private static Ipvs ipvs(IpFamily family) {
        return new Ipvs(Tools.HERE, family);
    }

    @Test
    void aListingIsReadByFamilyWithoutServicesByMark() {
        var states = ipvs(IpFamily.IPV4).parse(LISTING);
        assertEquals(List.of(VirtualService.of("tcp", "10.96.0.5", 80), VirtualService.of("udp", "10.96.0.10", 53), VirtualService.of("tcp", "203.0.113.9", 80)), List.copyOf(states.keySet()));
        var web = states.get(VirtualService.of("tcp", "10.96.0.5", 80));
        assertEquals(new Pool("rr", 60, Map.of(new Endpoint("10.244.0.2", 8080), 1, new Endpoint("10.244.0.3", 8080), 0, new Endpoint("10.244.0.4", 8080), 0)), web.pool());
        assertEquals(Set.of(new Endpoint("10.244.0.4", 8080)), web.idle(), "neither an open connection nor one that is ending");
        assertTrue(web.translates());
        assertFalse(states.get(VirtualService.of("tcp", "203.0.113.9", 80)).translates());
        assertEquals(Map.of(), states.get(VirtualService.of("udp", "10.96.0.10", 53)).pool().members());
    }

    @Test
    void theOtherFamilyIsReadWithoutTheFirst() {
        var states = ipvs(IpFamily.IPV6).parse(LISTING);
        assertEquals(Set.of(VirtualService.of("tcp", "fd00:96::5", 80)), states.keySet());
        assertEquals("sh", states.values().iterator().next().pool().scheduler());
    }

    /// On a kernel without IPVS the tool is not even asked for; on one that has it, the mode works or the tool is named.
    @Test
    void aKernelWithoutIpvsIsNamedAsTheObstacle() throws IOException {
        var obstacle = ipvs(IpFamily.IPV4).obstacle();
        assertEquals(Ipvs.isLoaded(), !obstacle.contains("this kernel has no IPVS (CONFIG_IP_VS)"), obstacle);
    }
}
