package io.moka.kubelet.cgroup;

/// Turns Kubernetes' thousandths of a core into the kernel's units.
public final class CpuUnits {

    /// The time within which a quota may be used up.
    public static final long PERIOD_MICROS = 100_000;
    static final long LEAST_SHARES = 2;
    private static final long MOST_SHARES = 262_144;
    private static final long LEAST_QUOTA_MICROS = 1_000;

    private CpuUnits() {
    }

    /// A request as a weight: 1,024 for a core.
    public static long shares(long milliCpu) {
        return Math.clamp(milliCpu * 1024 / 1000, LEAST_SHARES, MOST_SHARES);
    }

    /// A limit as time within a period; 0 for none.
    public static long quotaMicros(long milliCpu) {
        return milliCpu == 0 ? 0 : Math.max(LEAST_QUOTA_MICROS, milliCpu * PERIOD_MICROS / 1000);
    }
}
