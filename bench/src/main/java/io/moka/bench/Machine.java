package io.moka.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a run took place.
record Machine(int cores, long memoryMebibytes, String kernel) {

    static Machine here() throws IOException {
        return new Machine(Runtime.getRuntime().availableProcessors(), memory(Files.readString(Path.of("/proc/meminfo"))),
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    }

    static long memory(String meminfo) {
        return meminfo.lines().filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum() / 1024;
    }
}
