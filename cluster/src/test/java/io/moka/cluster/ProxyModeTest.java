package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyModeTest {

    @TempDir
    private Path folder;

    @Test
    void theDefaultModeIsPossibleWithoutMore() {
        assertDoesNotThrow(ProxyMode.NFTABLES::require);
    }

    /// On a kernel without IPVS the error names the kernel; on one with IPVS it depends on whether `ipvsadm` is installed.
    @Test
    void modeIpvsSaysWhatThisMachineLacks() {
        boolean kernel = Files.exists(Path.of("/proc/net/ip_vs")) || Files.exists(Path.of("/lib/modules", System.getProperty("os.version"), "kernel/net/netfilter/ipvs"));
        if (kernel && Packages.isThere("ipvsadm")) {
            assertDoesNotThrow(ProxyMode.IPVS::require);
        } else {
            assertEquals(kernel ? "--proxy-mode ipvs: there is no ipvsadm on this machine (apt-get install ipvsadm)"
                    : "--proxy-mode ipvs: this kernel has no IPVS (CONFIG_IP_VS); use --proxy-mode nftables", assertThrows(ClusterException.class, ProxyMode.IPVS::require).getMessage());
        }
    }

    @Test
    void theSchedulerOfModeIpvsReachesTheProxyAndIsRefusedInOtherModes() throws IOException {
        IpvsScheduler.requireMode("ipvs");
        assertEquals("--ipvs-scheduler has no effect in proxy mode nftables; give --proxy-mode ipvs, too",
                assertThrows(ClusterException.class, () -> IpvsScheduler.requireMode("nftables")).getMessage());
        var settings = Settings.choose("home", 5_000, null, null).withProxyMode("ipvs", IpvsScheduler.WLC.word());
        var distribution = ClusterFolder.build(folder, "lib/a.jar", SharedArchive.MODULES);
        var command = new CommandLines(distribution, new Layout(folder, "home"), settings, false).of(settings.instance(Component.PROXY));
        assertTrue(command.containsAll(List.of("--proxy-mode=ipvs", "--ipvs-scheduler=wlc")), command::toString);
    }
}
