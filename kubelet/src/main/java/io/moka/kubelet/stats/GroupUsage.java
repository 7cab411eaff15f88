package io.moka.kubelet.stats;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All counters of the kernel for one cgroup, as [Cgroup] reads them.
///
/// @param members [Members#NONE] for a pod's group, whose members are its containers
record GroupUsage(Usage basic, Cpu cpu, Memory memory, Members members, Limits limits, @Nullable PressureStall cpuStall, @Nullable PressureStall memoryStall,
        @Nullable PressureStall ioStall) {

    record Cpu(long userNanos, long systemNanos, long periods, long throttledPeriods, long throttledNanos) {
    }

    record Memory(long cacheBytes, long mappedBytes, long swapBytes, long pageFaults, long majorPageFaults) {
    }

    /// The counters of a container's processes.
    ///
    /// @param maxMemoryBytes the most memory that they used at once
    /// @param memoryFailures how often they reached the limit of memory
    /// @param io by device, such as `253:0`
    record Members(long processes, long threads, long maxMemoryBytes, long memoryFailures, Map<String, BlockIo> io) {

        static final Members NONE = new Members(0, 0, 0, 0, Map.of());
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
