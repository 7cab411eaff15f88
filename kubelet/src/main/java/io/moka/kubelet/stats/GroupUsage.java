package io.moka.kubelet.stats;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All counters of the kernel for one cgroup, as [Cgroup] reads them.
///
/// @param io by device, such as `253:0`
record GroupUsage(Usage basic, Cpu cpu, Memory memory, long threads, Map<String, BlockIo> io, Limits limits, @Nullable PressureStall cpuStall,
        @Nullable PressureStall memoryStall, @Nullable PressureStall ioStall) {

    record Cpu(long userNanos, long systemNanos, long periods, long throttledPeriods, long throttledNanos) {
    }

    record Memory(long cacheBytes, long mappedBytes, long swapBytes, long pageFaults, long majorPageFaults, long maxUsageBytes, long failures) {
    }

    /// The limits of a group; 0 for none.
    ///
    /// @param quotaMicros per period
    /// @param shares as version 1 has them; version 2's weight is turned into them
    record Limits(long quotaMicros, long periodMicros, long shares, long memoryBytes, long swapBytes, long threads) {
    }

    record BlockIo(long readBytes, long writtenBytes, long reads, long writes) {

        BlockIo plus(BlockIo other) {
            return new BlockIo(readBytes + other.readBytes, writtenBytes + other.writtenBytes, reads + other.reads, writes + other.writes);
        }
    }
}
