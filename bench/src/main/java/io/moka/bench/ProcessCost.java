package io.moka.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads the memory and CPU time of a process from `/proc`.
record ProcessCost(long pid) {

    private static final double TICKS_PER_SECOND = 100;

    /// Returns the proportional set size in MiB: pages shared with other processes are divided among them.
    double pssMebibytes() throws IOException {
        return pss(Files.readString(file("smaps_rollup")));
    }

    /// Returns the CPU time since the process's start in seconds, in user and in kernel mode.
    double cpuSeconds() throws IOException {
        return cpu(Files.readString(file("stat")));
    }

    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    static double pss(String rollup) {
        return rollup.lines().filter(line -> line.startsWith("Pss:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum() / 1024.0;
    }

    /// Parses after the last closing bracket, since the second field is the program's name in brackets, which may itself hold blanks and brackets.
    static double cpu(String stat) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }
}
