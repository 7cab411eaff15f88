package io.moka.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.proxy.contract.NetworkNamespace;
import io.moka.proxy.ipvs.Ipvs;
import io.moka.proxy.ipvs.Scheduler;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxyModeTest {

    private static ProxyMode.Settings settings(NetworkNamespace namespace) {
        return new ProxyMode.Settings("10.244.0.0/16", "10.96.0.0/12", "moka-test", "KUBE", "", Scheduler.RR, namespace.tools());
    }

    /// Where the kernel has IPVS, or the tool is missing, it is that which decides.
    @Test
    void modeIpvsOnAKernelWithoutItEndsWithAnErrorThatSaysSo() throws IOException {
        try (var namespace = new NetworkNamespace()) {
            var settings = settings(namespace);
            var obstacle = new Ipvs(namespace.tools(), IpFamily.IPV4).obstacle();
            if (obstacle.isEmpty()) {
                ProxyMode.IPVS.rules(settings).remove();
            } else {
                var failure = assertThrows(IOException.class, () -> ProxyMode.IPVS.rules(settings));
                assertEquals("--proxy-mode ipvs: " + obstacle, failure.getMessage());
                assertTrue(Ipvs.isLoaded() || failure.getMessage().contains("this kernel has no IPVS (CONFIG_IP_VS); use nftables"), failure.getMessage());
            }
        }
    }

    @Test
    void theRemovalOfAllModesLeavesNoTableAndNeedsNoIpvs() throws IOException {
        try (var namespace = new NetworkNamespace()) {
            var settings = settings(namespace);
            ProxyMode.NFTABLES.rules(settings).replaceAll(Map.of());
            assertTrue(namespace.run("nft", "list", "tables").contains("moka-test"));
            ProxyMode.remove(EnumSet.allOf(ProxyMode.class), settings);
            assertEquals("", namespace.run("nft", "list", "tables").lines().filter(line -> line.contains("moka-test")).findAny().orElse(""));
        }
    }
}
