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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A cgroup of version 2, which has one directory.
final class CgroupV2 extends Cgroup {

    private final String group;

    CgroupV2(Path group) {
        super("/" + ROOT.relativize(group));
        this.group = group.toString();
    }

    @Override
    Usage readUsage() throws IOException {
        return usage(table("memory.stat"), table("cpu.stat"));
    }

    private Table table(String name) throws IOException {
        return CgroupFiles.table(file(group, name));
    }

    private Usage usage(Table stat, Table cpu) throws IOException {
        long anonymous = stat.get("anon");
        return Usage.of(cpu.get("usage_usec") * 1_000, CgroupFiles.number(file(group, "memory.current")), stat.get("inactive_file"), anonymous);
    }

    @Override
    long readProcesses() throws IOException {
        return CgroupFiles.lines(file(group, "cgroup.procs"));
    }

    @Override
    Limits readLimits() throws IOException {
        var quota = CgroupFiles.linesOf(file(group, "cpu.max")).stream().findFirst().orElse("max 100000").split(" ");
        return new Limits(quota[0].equals("max") ? 0 : Long.parseLong(quota[0]), Long.parseLong(quota[1]), shares(number("cpu.weight")), number("memory.max"),
                number("memory.swap.max"), number("pids.max"));
    }

    /// The inverse of what engines do: weights from 1 to 10,000 stand for shares from 2 to 262,144.
    private static long shares(long weight) {
        return weight == 0 ? 0 : 2 + (weight - 1) * 262_142 / 9_999;
    }

    @Override
    Members readMembers(Limits limits) throws IOException {
        return new Members(readProcesses(), number("pids.current"), number("memory.peak"), limits.memoryBytes() > 0 ? table("memory.events").get("max") : 0,
                io(CgroupFiles.linesOf(file(group, "io.stat"))));
    }

    @Override
    GroupUsage readTotals(Limits limits, Members members) throws IOException {
        var stat = table("memory.stat");
        var cpu = table("cpu.stat");
        return new GroupUsage(usage(stat, cpu), cpu(cpu), memory(stat), members, limits, stall("cpu.pressure"), stall("memory.pressure"), stall("io.pressure"));
    }

    private @Nullable PressureStall stall(String name) throws IOException {
        return PressureStall.of(file(group, name));
    }

    /// Returns 0 for `max` and where the kernel has no such file.
    private long number(String name) throws IOException {
        return CgroupFiles.number(file(group, name), 0);
    }

    private static Cpu cpu(Table cpu) {
        return new Cpu(cpu.get("user_usec") * 1_000, cpu.get("system_usec") * 1_000, cpu.get("nr_periods"), cpu.get("nr_throttled"), cpu.get("throttled_usec") * 1_000);
    }

    private Memory memory(Table stat) throws IOException {
        return new Memory(stat.get("file"), stat.get("file_mapped"), number("memory.swap.current"), stat.get("pgfault"), stat.get("pgmajfault"));
    }

    /// Lines `253:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0`.
    static Map<String, BlockIo> io(List<String> lines) {
        var io = new TreeMap<String, BlockIo>();
        for (var line : lines) {
            var words = List.of(line.split(" "));
            var values = new TreeMap<String, Long>();
            words.stream().skip(1).map(word -> word.split("=")).filter(pair -> pair.length == 2 && pair[1].matches("[0-9]+")).forEach(pair -> values.put(pair[0], Long.parseLong(pair[1])));
            io.put(words.getFirst(), new BlockIo(values.getOrDefault("rbytes", 0L), values.getOrDefault("wbytes", 0L), values.getOrDefault("rios", 0L), values.getOrDefault("wios", 0L)));
        }
        return io;
    }
}
