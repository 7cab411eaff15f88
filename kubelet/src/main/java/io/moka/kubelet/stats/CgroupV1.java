package io.moka.kubelet.stats;

import io.moka.kubelet.cgroup.CgroupDirectories;
import io.moka.kubelet.stats.CgroupFiles.Table;
import io.moka.kubelet.stats.GroupUsage.BlockIo;
import io.moka.kubelet.stats.GroupUsage.Cpu;
import io.moka.kubelet.stats.GroupUsage.Limits;
import io.moka.kubelet.stats.GroupUsage.Members;
import io.moka.kubelet.stats.GroupUsage.Memory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A cgroup of version 1, which has a directory in the hierarchy of each controller.
final class CgroupV1 extends Cgroup {

    private static final long TICK_NANOS = 10_000_000;
    /// From this value on, a limit counts as absent: version 1 writes the largest number of pages where there is no limit.
    private static final long UNLIMITED = 1L << 62;

    private final @Nullable String memory;
    private final @Nullable String cpu;
    private final @Nullable String cpuacct;
    private final @Nullable String pids;
    private final @Nullable String blkio;

    CgroupV1(CgroupDirectories directories) {
        super(path(directories.of("memory")));
        this.memory = text(directories.of("memory"));
        this.cpu = text(directories.of("cpu"));
        this.cpuacct = text(directories.of("cpuacct"));
        this.pids = text(directories.of("pids"));
        this.blkio = text(directories.of("blkio"));
    }

    private static String path(@Nullable Path memory) {
        return memory == null ? "/" : "/" + ROOT.resolve("memory").relativize(memory);
    }

    private static @Nullable String text(@Nullable Path directory) {
        return directory == null ? null : directory.toString();
    }

    @Override
    Usage readUsage() throws IOException {
        return usage(memoryStat());
    }

    private Table memoryStat() throws IOException {
        return CgroupFiles.table(file(memory, "memory.stat"));
    }

    private Usage usage(Table stat) throws IOException {
        long rss = stat.get("total_rss");
        return Usage.of(CgroupFiles.number(file(cpuacct, "cpuacct.usage")), CgroupFiles.number(file(memory, "memory.usage_in_bytes")), stat.get("total_inactive_file"), rss);
    }

    @Override
    long readProcesses() throws IOException {
        return CgroupFiles.lines(file(memory, "cgroup.procs"));
    }

    @Override
    Limits readLimits() throws IOException {
        return new Limits(Math.max(0, CgroupFiles.number(file(cpu, "cpu.cfs_quota_us"), 0)), CgroupFiles.number(file(cpu, "cpu.cfs_period_us"), 0),
                CgroupFiles.number(file(cpu, "cpu.shares"), 0), limit(CgroupFiles.number(file(memory, "memory.limit_in_bytes"), 0)),
                limit(CgroupFiles.number(file(memory, "memory.memsw.limit_in_bytes"), 0)), pids == null ? 0 : CgroupFiles.number(file(pids, "pids.max"), 0));
    }

    private static long limit(long bytes) {
        return bytes >= UNLIMITED ? 0 : bytes;
    }

    @Override
    Members readMembers(Limits limits) throws IOException {
        return new Members(readProcesses(), pids == null ? 0 : CgroupFiles.number(file(pids, "pids.current"), 0), CgroupFiles.number(file(memory, "memory.max_usage_in_bytes"), 0),
                limits.memoryBytes() > 0 ? CgroupFiles.number(file(memory, "memory.failcnt"), 0) : 0, io());
    }

    @Override
    GroupUsage readTotals(Limits limits, Members members) throws IOException {
        var stat = memoryStat();
        return new GroupUsage(usage(stat), cpu(limits), memory(stat), members, limits, null, null, null);
    }

    private Cpu cpu(Limits limits) throws IOException {
        var ticks = CgroupFiles.table(file(cpuacct, "cpuacct.stat"));
        var throttling = limits.quotaMicros() > 0 ? CgroupFiles.table(file(cpu, "cpu.stat")) : Table.EMPTY;
        return new Cpu(ticks.get("user") * TICK_NANOS, ticks.get("system") * TICK_NANOS,
                throttling.get("nr_periods"), throttling.get("nr_throttled"), throttling.get("throttled_time"));
    }

    private static Memory memory(Table stat) {
        return new Memory(stat.get("total_cache"), stat.get("total_mapped_file"), stat.get("total_swap"), stat.get("total_pgfault"), stat.get("total_pgmajfault"));
    }

    /// Lines `253:0 Read 4096` and `253:0 Write 0`, and sums that are left out.
    private Map<String, BlockIo> io() throws IOException {
        if (blkio == null) {
            return Map.of();
        }
        var io = new TreeMap<String, BlockIo>();
        for (var line : CgroupFiles.linesOf(file(blkio, "blkio.throttle.io_service_bytes_recursive"))) {
            add(io, line, (operation, value) -> operation.equals("Read") ? new BlockIo(value, 0, 0, 0) : new BlockIo(0, value, 0, 0));
        }
        if (!io.isEmpty()) {
            for (var line : CgroupFiles.linesOf(file(blkio, "blkio.throttle.io_serviced_recursive"))) {
                add(io, line, (operation, value) -> operation.equals("Read") ? new BlockIo(0, 0, value, 0) : new BlockIo(0, 0, 0, value));
            }
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
