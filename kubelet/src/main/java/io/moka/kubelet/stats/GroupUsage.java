package io.moka.kubelet.stats;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All counters of the kernel for one cgroup, as [Cgroup] reads them.
///
/// @param path as cAdvisor calls it: below the root of the hierarchy
/// @param io by device, such as `253:0`
record GroupUsage(String path, Usage basic, Cpu cpu, Memory memory, Threads threads, Map<String, BlockIo> io, @Nullable PressureStall cpuStall, @Nullable PressureStall memoryStall,
        @Nullable PressureStall ioStall) {

    /// @param quotaMicros per period; 0 for no limit
    /// @param shares as version 1 has them; version 2's weight is turned into them
    record Cpu(long userNanos, long systemNanos, long periods, long throttledPeriods, long throttledNanos, long quotaMicros, long periodMicros, long shares) {
    }

    /// @param limitBytes 0 for none
    record Memory(long cacheBytes, long mappedBytes, long swapBytes, long pageFaults, long majorPageFaults, long maxUsageBytes, long limitBytes, long swapLimitBytes, long failures) {
    }

    /// @param most 0 for no limit
    record Threads(long count, long most) {
    }

    record BlockIo(long readBytes, long writtenBytes, long reads, long writes) {

        BlockIo plus(BlockIo other) {
            return new BlockIo(readBytes + other.readBytes, writtenBytes + other.writtenBytes, reads + other.reads, writes + other.writes);
        }
    }
}
