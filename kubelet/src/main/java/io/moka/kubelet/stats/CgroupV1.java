package io.moka.kubelet.stats;

import io.moka.kubelet.cgroup.CgroupDirectories;
import io.moka.kubelet.stats.CgroupFiles.Table;
import io.moka.kubelet.stats.GroupUsage.BlockIo;
import io.moka.kubelet.stats.GroupUsage.Cpu;
import io.moka.kubelet.stats.GroupUsage.Memory;
import io.moka.kubelet.stats.GroupUsage.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// A cgroup of version 1, which has a directory in the hierarchy of each controller.
final class CgroupV1 extends Cgroup {

    private static final long TICK_NANOS = 10_000_000;
    /// From this value on, a limit counts as absent: version 1 writes the largest number of pages where there is no limit.
    private static final long UNLIMITED = 1L << 62;

    CgroupV1(CgroupDirectories directories) {
        super(directories);
    }

    @Override
    Usage readUsage() throws IOException {
        return usage(memoryStat());
    }

    private Table memoryStat() throws IOException {
        return CgroupFiles.table(directory("memory").resolve("memory.stat"));
    }

    private Usage usage(Table stat) throws IOException {
        var memory = directory("memory");
        return Usage.of(CgroupFiles.number(directory("cpuacct").resolve("cpuacct.usage")), CgroupFiles.number(memory.resolve("memory.usage_in_bytes")),
                stat.get("total_inactive_file"), stat.get("total_rss"), CgroupFiles.lines(memory.resolve("cgroup.procs")));
    }

    @Override
    GroupUsage readAll() throws IOException {
        var stat = memoryStat();
        return new GroupUsage("/" + ROOT.resolve("memory").relativize(directory("memory")), usage(stat), cpu(), memory(stat), threads(), io(), null, null, null);
    }

    private Cpu cpu() throws IOException {
        var cpu = directory("cpu");
        var ticks = CgroupFiles.table(directory("cpuacct").resolve("cpuacct.stat"));
        var throttling = CgroupFiles.table(cpu.resolve("cpu.stat"));
        return new Cpu(ticks.get("user") * TICK_NANOS, ticks.get("system") * TICK_NANOS,
                throttling.get("nr_periods"), throttling.get("nr_throttled"), throttling.get("throttled_time"),
                Math.max(0, CgroupFiles.number(cpu.resolve("cpu.cfs_quota_us"), 0)), CgroupFiles.number(cpu.resolve("cpu.cfs_period_us"), 0),
                CgroupFiles.number(cpu.resolve("cpu.shares"), 0));
    }

    private Memory memory(Table stat) throws IOException {
        var memory = directory("memory");
        return new Memory(stat.get("total_cache"), stat.get("total_mapped_file"), stat.get("total_swap"),
                stat.get("total_pgfault"), stat.get("total_pgmajfault"), CgroupFiles.number(memory.resolve("memory.max_usage_in_bytes"), 0),
                limit(CgroupFiles.number(memory.resolve("memory.limit_in_bytes"), 0)), limit(CgroupFiles.number(memory.resolve("memory.memsw.limit_in_bytes"), 0)),
                CgroupFiles.number(memory.resolve("memory.failcnt"), 0));
    }

    private static long limit(long bytes) {
        return bytes >= UNLIMITED ? 0 : bytes;
    }

    private Threads threads() throws IOException {
        var pids = optionalDirectory("pids");
        return pids == null ? new Threads(0, 0) : new Threads(CgroupFiles.number(pids.resolve("pids.current"), 0), CgroupFiles.number(pids.resolve("pids.max"), 0));
    }

    /// Lines `253:0 Read 4096` and `253:0 Write 0`, and sums that are left out.
    private Map<String, BlockIo> io() throws IOException {
        var blocks = optionalDirectory("blkio");
        if (blocks == null) {
            return Map.of();
        }
        var io = new TreeMap<String, BlockIo>();
        for (var line : CgroupFiles.linesOf(blocks.resolve("blkio.throttle.io_service_bytes_recursive"))) {
            add(io, line, (operation, value) -> operation.equals("Read") ? new BlockIo(value, 0, 0, 0) : new BlockIo(0, value, 0, 0));
        }
        for (var line : CgroupFiles.linesOf(blocks.resolve("blkio.throttle.io_serviced_recursive"))) {
            add(io, line, (operation, value) -> operation.equals("Read") ? new BlockIo(0, 0, value, 0) : new BlockIo(0, 0, 0, value));
        }
        return io;
    }

    /// Turns the operation (`Read` or `Write`) and the value of one line into counts.
    private interface Part {
        BlockIo of(String operation, long value);
    }

    private static void add(Map<String, BlockIo> io, String line, Part part) {
        var words = line.split(" ");
        if (words.length == 3 && (words[1].equals("Read") || words[1].equals("Write"))) {
            io.merge(words[0], part.of(words[1], Long.parseLong(words[2])), BlockIo::plus);
        }
    }
}
