package io.moka.kubelet.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.kubelet.stats.GroupUsage.BlockIo;
import io.moka.kubelet.stats.NetworkDevices.Device;
import io.moka.kubelet.stats.NetworkDevices.Direction;
import io.moka.kubelet.stats.PressureStall.Share;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Parsing of the kernel's files as different kernels write them.
class KernelFilesTest {

    @Test
    void networkDevicesWithoutTheLoopback() {
        var lines = """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo: 4298563150 4098411    0    0    0     0          0         0 4298563150 4098411    0    0    0     0       0          0
                  eth0:    1156      14    1    2    3     4          5         6      876      10    7    8    9    10      11         12
                wlp3s0:123456789012 9 0 0 0 0 0 0 5 6 0 0 0 0 0 0
                """.lines().toList();

        assertEquals(List.of(new Device("eth0", new Direction(1156, 14, 1, 2), new Direction(876, 10, 7, 8)),
                new Device("wlp3s0", new Direction(123456789012L, 9, 0, 0), new Direction(5, 6, 0, 0))), NetworkDevices.parse(lines));
    }

    @Test
    void pressure() {
        var lines = List.of("some avg10=0.46 avg60=21.71 avg300=45.99 total=506578437", "full avg10=0.00 avg60=1.50 avg300=0.00 total=7");

        assertEquals(new PressureStall(new Share(506578437, 0.46, 21.71, 45.99), new Share(7, 0, 1.5, 0)), PressureStall.parse(lines));
    }

    /// Kernels before 5.13 report no `full` line for CPU.
    @Test
    void pressureOfSomeAlone() {
        assertEquals(new Share(0, 0, 0, 0), PressureStall.parse(List.of("some avg10=0.00 avg60=0.00 avg300=0.00 total=3")).full());
    }

    @Test
    void valuesOfATableAreFoundByTheirWholeName() {
        var table = new CgroupFiles.Table("rss 1\ntotal_rss_huge 2\ntotal_rss 3\nhierarchical 4 5\nlast 6");

        assertEquals(List.of(1L, 2L, 3L, 6L, 0L, 0L, 2L, 1L), Stream.of("rss", "total_rss_huge", "total_rss", "last", "total", "huge", "total_rss_huge", "rss").map(table::get).toList());
        assertEquals(7, new CgroupFiles.Table("only 7\n").get("only"));
    }

    @Test
    void blockIoOfVersion2() {
        assertEquals(Map.of("253:0", new BlockIo(4096, 8192, 1, 2), "8:16", new BlockIo(0, 0, 0, 0)),
                CgroupV2.io(List.of("253:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0", "8:16 ")));
    }
}
