package io.moka.machinery.meta;

import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/// Reads and writes numbers of API objects: absent if they are zero, or given as a share in per cent.
public final class Counts {

    private Counts() {
    }

    /// The number, or zero where it is absent.
    public static int number(@Nullable Integer count) {
        return count == null ? 0 : count;
    }

    /// The number as a status leaves it out where it is zero.
    public static @Nullable Integer positive(int count) {
        return count == 0 ? null : count;
    }

    /// A number, or a share of the whole that is rounded up; zero where it is absent.
    public static int roundedUp(@Nullable IntOrString value, int whole) {
        return value == null ? 0 : value.getIntVal() != null ? value.getIntVal() : Math.ceilDiv(percent(value) * whole, 100);
    }

    /// A number, or a share of the whole that is rounded down; zero where it is absent.
    public static int roundedDown(@Nullable IntOrString value, int whole) {
        return value == null ? 0 : value.getIntVal() != null ? value.getIntVal() : Math.floorDiv(percent(value) * whole, 100);
    }

    private static int percent(IntOrString value) {
        return Integer.parseInt(value.getStrVal().replace("%", "").strip());
    }
}
