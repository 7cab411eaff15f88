package io.moka.kubelet.stats;

import io.moka.kubelet.cgroup.CgroupDirectories;
import io.moka.kubelet.stats.CgroupFiles.Table;
import io.moka.kubelet.stats.GroupUsage.BlockIo;
import io.moka.kubelet.stats.GroupUsage.Cpu;
import io.moka.kubelet.stats.GroupUsage.Memory;
import io.moka.kubelet.stats.GroupUsage.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A cgroup of version 2, which has one directory.
final class CgroupV2 extends Cgroup {

    CgroupV2(CgroupDirectories directories) {
        super(directories);
    }

    private Path group() throws IOException {
        return directory("");
    }

    @Override
    Usage readUsage() throws IOException {
        return usage(table("memory.stat"), table("cpu.stat"));
    }

    private Table table(String file) throws IOException {
        return CgroupFiles.table(group().resolve(file));
    }

    private Usage usage(Table stat, Table cpu) throws IOException {
        return Usage.of(cpu.get("usage_usec") * 1_000, CgroupFiles.number(group().resolve("memory.current")), stat.get("inactive_file"),
                stat.get("anon"), CgroupFiles.lines(group().resolve("cgroup.procs")));
    }

    @Override
    GroupUsage readAll() throws IOException {
        var stat = table("memory.stat");
        var cpu = table("cpu.stat");
        var group = group();
        return new GroupUsage("/" + ROOT.relativize(group), usage(stat, cpu), cpu(cpu), memory(stat), new Threads(number("pids.current"), number("pids.max")),
                io(CgroupFiles.linesOf(group.resolve("io.stat"))), PressureStall.of(group.resolve("cpu.pressure")), PressureStall.of(group.resolve("memory.pressure")),
                PressureStall.of(group.resolve("io.pressure")));
    }

    /// Returns 0 for `max` and where the kernel has no such file.
    private long number(String file) throws IOException {
        return CgroupFiles.number(group().resolve(file), 0);
    }

    private Cpu cpu(Table cpu) throws IOException {
        var quota = CgroupFiles.linesOf(group().resolve("cpu.max")).stream().findFirst().orElse("max 100000").split(" ");
        return new Cpu(cpu.get("user_usec") * 1_000, cpu.get("system_usec") * 1_000, cpu.get("nr_periods"),
                cpu.get("nr_throttled"), cpu.get("throttled_usec") * 1_000, quota[0].equals("max") ? 0 : Long.parseLong(quota[0]),
                Long.parseLong(quota[1]), shares(number("cpu.weight")));
    }

    /// The inverse of what engines do: weights from 1 to 10,000 stand for shares from 2 to 262,144.
    private static long shares(long weight) {
        return weight == 0 ? 0 : 2 + (weight - 1) * 262_142 / 9_999;
    }

    private Memory memory(Table stat) throws IOException {
        return new Memory(stat.get("file"), stat.get("file_mapped"), number("memory.swap.current"), stat.get("pgfault"),
                stat.get("pgmajfault"), number("memory.peak"), number("memory.max"), number("memory.swap.max"), failures());
    }

    private long failures() throws IOException {
        return CgroupFiles.linesOf(group().resolve("memory.events")).stream().filter(line -> line.startsWith("max ")).mapToLong(line -> Long.parseLong(line.substring(4))).findFirst()
                .orElse(0);
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
