package io.moka.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the kernel says that a process costs.
record ProcessCost(long pid) {

    private static final double TICKS_PER_SECOND = 100;

    /// Its proportional share of memory: what it shares with others is divided among them.
    double pssMebibytes() throws IOException {
        return pss(Files.readString(file("smaps_rollup")));
    }

    /// CPU time since its start, its own and the kernel's on its behalf.
    double cpuSeconds() throws IOException {
        return cpu(Files.readString(file("stat")));
    }

    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    static double pss(String rollup) {
        return rollup.lines().filter(line -> line.startsWith("Pss:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum() / 1024.0;
    }

    /// The second field is the program's name in brackets, which may itself hold blanks and brackets; the rest are numbers.
    static double cpu(String stat) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }
}
